/**
 * Stores of resume records whose code is loaded with the first upload that needs it.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { inTime } from '../retry/in-time.ts'
import type { ResumeStore } from './resume-record.ts'

type FullStore = Required<ResumeStore>
type Use = <T>(call: (store: FullStore) => Promise<T>) => Promise<T>

/** Loads the store when it is first used, and again when that has failed. */
function lazily(load: () => Promise<FullStore>): Use {
  let loading: Promise<FullStore> | undefined
  return async (call) => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return call(await loading)
  }
}

function storeUsedBy(use: Use): FullStore {
  return {
    read: (id) => use((store) => store.read(id)),
    write: (record) => use((store) => store.write(record)),
    remove: (id) => use((store) => store.remove(id)),
    list: () => use((store) => store.list()),
    claim: (id) => use((store) => store.claim(id)),
    isClaimed: (id) => use((store) => store.isClaimed(id)),
  }
}

/** IndexedDB may never answer: uploads go on without it. */
const MAX_ANSWER_MS = 2_000

/** In IndexedDB, or nowhere where the platform has none (Node, some private windows). */
export function platformResumeStore(wait: Effects['wait']): ResumeStore | undefined {
  if (!hasIndexedDb()) return undefined
  const use = lazily(async () => (await import('./kept-uploads.ts')).idbResumeStore())
  const soon = <T>(answer: Promise<T>) => inTime(answer, MAX_ANSWER_MS, wait)
  return {
    ...storeUsedBy((call) => soon(use(call))),
    claim: (id) => {
      const claim = use((store) => store.claim(id))
      return soon(claim).catch((error: unknown) => {
        claim.then((release) => release?.()).catch(() => {}) // too late
        throw error
      })
    },
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
  return storeUsedBy(
    lazily(async () => {
      const { isResumeRecord } = await import('./kept-uploads.ts')
      return (await import('./file-records.ts')).resumeStoreIn(folder, isResumeRecord)
    }),
  )
}
