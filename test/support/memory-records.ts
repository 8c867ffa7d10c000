/**
 * Resume records in memory: two uploaders over the same ones are two tabs, or a page before and after its reload.
 *
 * @module
 */

import type { ResumeRecord, ResumeStore } from 'waybill/client'

export interface MemoryRecords extends ResumeStore {
  readonly records: Map<string, ResumeRecord>
  /** All claims are gone, as when their tab is. */
  readonly reload: () => void
  /** Resolves when `isReached` holds after a write. */
  readonly written: (isReached: () => boolean) => Promise<void>
}

export function memoryRecords(): MemoryRecords {
  const records = new Map<string, ResumeRecord>()
  const watchers = new Set<() => void>()
  let claims = new Set<string>()
  return {
    records,
    reload: () => {
      claims = new Set()
    },
    written: (isReached) =>
      new Promise((resolve) => {
        watchers.add(() => {
          if (isReached()) resolve()
        })
      }),
    read: async (id) => records.get(id),
    write: async (record) => {
      records.set(record.id, structuredClone(record))
      for (const watch of watchers) watch()
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
