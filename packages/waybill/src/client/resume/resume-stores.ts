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
 * Creates a store that keeps resume records on disk in Node, one JSON file per upload.
 *
 * @param folder - Created on first use. Anyone who can read it can resume the uploads.
 * @example
 * ```ts
 * const uploader = createUploader({ endpoint, resumeStore: fileResumeStore('.uploads') })
 * await uploader.upload('holiday.mp4', { type: 'video/mp4' }).done
 * ```
 */
export function fileResumeStore(folder: string): ResumeStore {
  return storeUsedBy(
    lazily(async () => {
      const { resumeStoreIn } = await import('./file-store.ts')
      return resumeStoreIn(folder)
    }),
  )
}

/** IndexedDB sometimes never responds. After this long, uploads continue without it. */
const MAX_ANSWER_MS = 2_000

/** @returns `undefined` on platforms without IndexedDB, such as Node and some private windows. */
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
        claim.then((release) => release?.()).catch(() => {}) // release a late claim
        throw error
      })
    },
  }
}

/** Merely reading `indexedDB` can throw if the page has no access to storage. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB && globalThis.BroadcastChannel)
  } catch {
    return false
  }
}
