/**
 * Stores of resume records whose code is loaded with the first upload that needs it.
 *
 * @module
 */

import type { ResumeRecords } from './resume-record.ts'

function lazyRecords(load: () => Promise<ResumeRecords>): ResumeRecords {
  let loading: Promise<ResumeRecords> | undefined
  const loaded = () => {
    loading ??= load()
    return loading
  }
  return {
    read: async (id) => (await loaded()).read(id),
    write: async (record) => (await loaded()).write(record),
    remove: async (id) => (await loaded()).remove(id),
    list: async () => (await loaded()).list(),
    claim: async (id) => (await loaded()).claim(id),
  }
}

/** In IndexedDB, or nowhere where the platform has none (Node, some private windows). */
export function platformRecords(): ResumeRecords | undefined {
  if (!globalThis.indexedDB || !globalThis.navigator?.locks) return undefined
  return lazyRecords(async () => (await import('./idb-records.ts')).idbRecords())
}

/**
 * In Node: one JSON file for each upload that is under way.
 *
 * @param folder - Is made when it is first needed. Whoever can read it can continue the uploads.
 */
export function fileRecords(folder: string): ResumeRecords {
  return lazyRecords(async () => (await import('./file-records.ts')).recordsIn(folder))
}
