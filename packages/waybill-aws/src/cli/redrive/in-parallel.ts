/**
 * Processes several items at once and lets everything that was started finish.
 *
 * @module
 */

/**
 * Calls `work` for each item.
 *
 * @param atOnce - Number of items at the same time.
 * @throws Whatever `work` threw first, once everything in progress has finished. Nothing is started
 *   after it.
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
