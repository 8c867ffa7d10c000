/**
 * Six at a time, for what leaves the number to its caller: as many as Waybill and browsers take.
 *
 * @module
 */

const LANES = 6

export async function inLanes<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries()
  const lane = async () => {
    for (const [index, item] of waiting) await work(item, index)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
