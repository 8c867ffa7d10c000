/**
 * A list as a Svelte store. This does not need Svelte: a store is anything that follows its
 * contract.
 *
 * @see https://svelte.dev/docs/svelte/stores#Store-contract
 * @module
 */

import type { UploadListSnapshot } from './snapshot.ts'
import type { UploadList } from './upload-list.ts'

/** The store that a Svelte component reads as `$uploads`. */
export interface UploadStore<Result = unknown> {
  /**
   * @param run - Called immediately with the snapshot, and with each later one.
   * @returns A function that ends the subscription.
   */
  subscribe(run: (snapshot: UploadListSnapshot<Result>) => void): () => void
}

/**
 * Wraps a list in a Svelte store.
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
      // First: the first listener makes the list ask for hints.
      const stop = list.subscribe(tell)
      tell()
      return stop
    },
  }
}
