/**
 * Resume records in memory: two uploaders over the same ones are two tabs, or a page before and after its reload.
 *
 * @module
 */

import type { ResumeRecord, ResumeRecords } from 'waybill/client'

export interface MemoryRecords extends ResumeRecords {
  readonly records: Map<string, ResumeRecord>
  /** All claims are gone, as when a tab is. */
  readonly reload: () => void
}

export function memoryRecords(): MemoryRecords {
  const records = new Map<string, ResumeRecord>()
  let claims = new Set<string>()
  return {
    records,
    reload: () => {
      claims = new Set()
    },
    read: async (id) => records.get(id),
    write: async (record) => {
      records.set(record.id, structuredClone(record))
    },
    remove: async (id) => {
      records.delete(id)
    },
    list: async () => [...records.values()],
    claim: async (id) => {
      if (claims.has(id)) return undefined
      const mine = claims.add(id)
      return () => {
        mine.delete(id)
      }
    },
  }
}
