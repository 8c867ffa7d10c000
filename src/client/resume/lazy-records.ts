/**
 * Stores of resume records whose code is loaded with the first upload that needs it.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { inTime } from '../retry/in-time.ts'
import type { ResumeStore } from './resume-record.ts'

function lazyResumeStore(load: () => Promise<Required<ResumeStore>>): Required<ResumeStore> {
  let loading: Promise<Required<ResumeStore>> | undefined
  const loaded = () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
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

/** IndexedDB may never answer: uploads go on without it. */
const MAX_ANSWER_MS = 2_000

/** In IndexedDB, or nowhere where the platform has none (Node, some private windows). */
export function platformResumeStore(wait: Effects['wait']): ResumeStore | undefined {
  if (!hasIndexedDb()) return undefined
  const store = lazyResumeStore(async () => (await import('./idb-records.ts')).idbResumeStore())
  const soon = <T>(answer: Promise<T>) => inTime(answer, MAX_ANSWER_MS, wait)
  return {
    read: (id) => soon(store.read(id)),
    write: (record) => soon(store.write(record)),
    remove: (id) => soon(store.remove(id)),
    list: () => soon(store.list()),
    claim: (id) => {
      const claim = store.claim(id)
      return soon(claim).catch((error: unknown) => {
        claim.then((release) => release?.()).catch(() => {}) // too late
        throw error
      })
    },
    isClaimed: (id) => soon(store.isClaimed(id)),
  }
}

/** Where storage is denied to a page, even looking at `indexedDB` may throw. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB && globalThis.BroadcastChannel)
  } catch {
    return false
  }
}

/**
 * Keeps resume records in Node: one JSON file for each upload that is under way.
 *
 * @param folder - Is made when it is first needed. Who can read it can continue the uploads.
 * @example
 * ```ts
 * const uploader = createUploader({ endpoint, resumeStore: fileResumeStore('.uploads') })
 * await uploader.upload('holiday.mp4', { type: 'video/mp4' }).done
 * ```
 */
export function fileResumeStore(folder: string): ResumeStore {
  return lazyResumeStore(async () => (await import('./file-records.ts')).resumeStoreIn(folder))
}
