/**
 * Processes several items at once, and waits until everything that was started has finished.
 *
 * @module
 */

/**
 * Calls `work` for each item.
 *
 * @param atOnce - Maximum number of items to process at the same time.
 * @throws The first error that `work` threw, once the calls in progress have finished. After an
 *   error, no further calls are started.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  /** Shared by all workers: each takes the next item. */
  const waiting = items.values()
  let failure: { readonly error: unknown } | undefined
  const workOn = async () => {
    for (const item of waiting) {
      try {
        await work(item)
      } catch (error) {
        failure ??= { error }
      }
      if (failure) return
    }
  }
  await Promise.all(Array.from({ length: atOnce }, workOn))
  if (failure) throw failure.error
}
