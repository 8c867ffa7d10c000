/**
 * Runs six requests at the same time, as browsers do, for contestants that leave the number to the
 * caller. Runs in pages too.
 *
 * @module
 */

const LANES = 6

/** Runs `work` for all items, `lanes` at a time. */
export async function inLanes<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
  lanes = LANES,
): Promise<void> {
  const waiting = items.entries()
  const lane = async () => {
    for (const [index, item] of waiting) await work(item, index)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
