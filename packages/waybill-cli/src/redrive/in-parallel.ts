/**
 * Calls `work` for each item, with up to `atOnce` calls in flight.
 *
 * @throws The first error from `work`, after the calls in flight have finished. After an error, no
 *   further calls are started.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  /** All workers share this iterator, so each item is processed once. */
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
