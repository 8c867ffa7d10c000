/**
 * The stores of resume records: IndexedDB in browsers, JSON files in Node. Their code is loaded
 * with the first upload that needs it.
 *
 * @module
 */

import { type Effects, inTime } from '../effects.ts'
import type { ResumeStore } from './resume-record.ts'

type FullStore = Required<ResumeStore>
type Use = <T>(call: (store: FullStore) => Promise<T>) => Promise<T>

/** Opens the store on first use, and again if that failed. */
export function lazily(load: () => Promise<FullStore>): Use {
  let loading: Promise<FullStore> | undefined
  return async (call) => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return call(await loading)
  }
}

/** Makes a store of one that is opened on first use. */
export function storeUsedBy(use: Use): FullStore {
  return {
    read: (id) => use((store) => store.read(id)),
    write: (record) => use((store) => store.write(record)),
    remove: (id) => use((store) => store.remove(id)),
    list: () => use((store) => store.list()),
    claim: (id) => use((store) => store.claim(id)),
    isClaimed: (id) => use((store) => store.isClaimed(id)),
  }
}

/**
 * Keeps resume records in Node: one JSON file for each upload in flight.
 *
 * @param folder - Created when it is first needed. Anyone who can read it can resume the uploads.
 * @example
 * ```ts
 * const uploader = createUploader({ endpoint, resumeStore: fileResumeStore('.uploads') })
 * await uploader.upload('holiday.mp4', { type: 'video/mp4' }).done
 * ```
 */
export function fileResumeStore(folder: string): ResumeStore {
  return storeUsedBy(
    lazily(async () => {
      const { resumeStoreIn } = await import('./file-records.ts')
      return resumeStoreIn(folder)
    }),
  )
}

/** IndexedDB sometimes never answers: uploads then continue without it. */
const MAX_ANSWER_MS = 2_000

/**
 * Returns the store in IndexedDB; nothing on a platform without one (Node, some private windows).
 *
 * @param load - Loads the chunk for large files, which has the code of the store.
 */
export function platformResumeStore(
  wait: Effects['wait'],
  load: () => Promise<{ readonly idbResumeStore: () => FullStore }>,
): ResumeStore | undefined {
  if (!hasIndexedDb()) return undefined
  const use = lazily(async () => (await load()).idbResumeStore())
  const soon = <T>(answer: Promise<T>) => inTime(answer, MAX_ANSWER_MS, wait)
  return {
    ...storeUsedBy((call) => soon(use(call))),
    claim: (id) => {
      const claim = use((store) => store.claim(id))
      return soon(claim).catch((error: unknown) => {
        claim.then((release) => release?.()).catch(() => {}) // it came too late
        throw error
      })
    },
  }
}

/** If a page may not use storage, even reading `indexedDB` can throw. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB && globalThis.BroadcastChannel)
  } catch {
    return false
  }
}
