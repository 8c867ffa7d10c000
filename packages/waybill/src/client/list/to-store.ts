/**
 * A list as a store of Svelte. Nothing of Svelte is needed for it: a store is whatever keeps its
 * contract.
 *
 * @see https://svelte.dev/docs/svelte/stores#Store-contract
 * @module
 */

import type { UploadListSnapshot } from './snapshot.ts'
import type { UploadList } from './upload-list.ts'

/** What a Svelte component reads as `$uploads`. */
export interface UploadStore<Result = unknown> {
  /**
   * @param run - Called at once with the snapshot, and with each later one.
   * @returns A function that takes `run` away again.
   */
  subscribe(run: (snapshot: UploadListSnapshot<Result>) => void): () => void
}

/**
 * Shows a list as a store of Svelte.
 *
 * @example
 * ```ts
 * const uploads = toStore(list)
 * const stop = uploads.subscribe(({ total }) => draw(total.fraction))
 * ```
 */
export function toStore<Result>(list: UploadList<Result>): UploadStore<Result> {
  return {
    subscribe: (run) => {
      const tell = () => run(list.getSnapshot())
      // First: a listener may be what makes the list begin to ask.
      const stop = list.subscribe(tell)
      tell()
      return stop
    },
  }
}
