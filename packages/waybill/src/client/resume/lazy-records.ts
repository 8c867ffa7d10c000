/**
 * Stores of resume records whose code is loaded with the first upload that needs it.
 *
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

type FullStore = Required<ResumeStore>
type Use = <T>(call: (store: FullStore) => Promise<T>) => Promise<T>

/** Loads the store when it is first used, and again when that has failed. */
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

/** Makes a store of one that is not there yet. */
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
 * Keeps resume records in Node: one JSON file for each upload that is under way.
 *
 * @param folder - Created when it is first needed. Every user who can read it can continue the
 *   uploads.
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
