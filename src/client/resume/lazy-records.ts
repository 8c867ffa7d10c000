/**
 * Stores of resume records whose code is loaded with the first upload that needs it.
 *
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

function lazyResumeStore(load: () => Promise<Required<ResumeStore>>): ResumeStore {
  let loading: Promise<Required<ResumeStore>> | undefined
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
    isClaimed: async (id) => (await loaded()).isClaimed(id),
  }
}

/** In IndexedDB, or nowhere where the platform has none (Node, some private windows). */
export function platformResumeStore(): ResumeStore | undefined {
  if (!globalThis.indexedDB || !globalThis.navigator?.locks) return undefined
  return lazyResumeStore(async () => (await import('./idb-records.ts')).idbResumeStore())
}

/**
 * Keeps resume records in Node: one JSON file for each upload that is under way.
 *
 * @param folder - Is made when it is first needed. Who can read it can continue the uploads.
 */
export function fileResumeStore(folder: string): ResumeStore {
  return lazyResumeStore(async () => (await import('./file-records.ts')).resumeStoreIn(folder))
}
