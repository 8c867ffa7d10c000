/**
 * Many of the same at once, but not all at once.
 *
 * @module
 */

/** A hundred calls to S3 at the same moment would wait for each other's connections. */
const BATCH = 16

/** @returns What `work` answers for each item, in their order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += BATCH) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(work))))
  }
  return results
}
