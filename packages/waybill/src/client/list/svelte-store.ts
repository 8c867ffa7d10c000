import type { UploadList, UploadListSnapshot } from './upload-list.ts'

/** A Svelte store, which components read as `$uploads`. */
export interface UploadStore<Result = unknown> {
  /**
   * @param run - Called immediately with the current snapshot, and then with each later one.
   * @returns A function that ends the subscription.
   */
  subscribe(run: (snapshot: UploadListSnapshot<Result>) => void): () => void
}

/**
 * Wraps a list in a Svelte store. This does not require Svelte itself.
 *
 * @see https://svelte.dev/docs/svelte/stores#Store-contract
 * @example
 * ```ts
 * const uploads = toStore(list)
 * const stop = uploads.subscribe(({ total }) => draw(total.fraction))
 * ```
 */
export function toStore<Result>(list: UploadList<Result>): UploadStore<Result> {
  return {
    subscribe: (run) => {
      const notify = () => run(list.getSnapshot())
      // Subscribe first, because the first listener triggers the request for hints.
      const stop = list.subscribe(notify)
      notify()
      return stop
    },
  }
}
