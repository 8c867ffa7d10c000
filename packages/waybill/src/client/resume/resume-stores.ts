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

/** Opens the store on first use. If opening fails, the next use tries again. */
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

/** Creates a store that opens the real one on first use. */
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
 * Creates a store that keeps resume records on disk in Node, in one JSON file per upload.
 *
 * @param folder - Created when first needed. Anyone who can read the folder can resume the uploads.
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

/** IndexedDB sometimes never answers. After this time, uploads continue without it. */
const MAX_ANSWER_MS = 2_000

/**
 * Creates the store in IndexedDB. Returns `undefined` on a platform without IndexedDB (Node, some
 * private windows).
 *
 * @param load - Loads the chunk for large files, which contains the store's code.
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
        claim.then((release) => release?.()).catch(() => {}) // the claim came too late
        throw error
      })
    },
  }
}

/** Even reading `indexedDB` can throw if the page is denied storage. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB && globalThis.BroadcastChannel)
  } catch {
    return false
  }
}
