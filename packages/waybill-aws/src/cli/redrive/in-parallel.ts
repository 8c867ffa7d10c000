/**
 * Works on several items at once, and lets all that has begun come to its end.
 *
 * @module
 */

/**
 * Calls `work` for each item.
 *
 * @param atOnce - How many at the same time.
 * @throws What `work` threw first, after what was under way has ended. Nothing begins after it.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  /** All share it: each takes the next item. */
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
