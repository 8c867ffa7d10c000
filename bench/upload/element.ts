/**
 * Thousands of files in `<waybill-upload>`, beside the list that it draws: the longest task of the
 * page, and the time until all are stored.
 *
 * @module
 */

import { interleave } from '../harness/interleave.ts'
import { atMost, type Section, table } from '../harness/results.ts'
import type { Scratch } from '../harness/scratch.ts'
import { ratioOf, show, spreadOf } from '../harness/spread.ts'
import { makeFiles } from './contestants.ts'
import type { Cost, System } from './system.ts'

const LIST = { name: 'element-list', title: '`createUploadList`' }
const ELEMENT = { name: 'element', title: '`<waybill-upload>`' }

/** Measures both. */
export async function measureElement(
  system: System,
  isQuick: boolean,
  scratch: Scratch,
): Promise<Section> {
  const [count, rounds] = isQuick ? [500, 1] : [5_000, 5]
  const name = `${count.toLocaleString('en')} files`
  const files = makeFiles({ name, count, size: 10 }, scratch.directory('tiny'))
  const upload = (each: typeof LIST) => system.upload('Chromium', each.name, files)
  const costs = await interleave([LIST, ELEMENT], rounds, upload, 0)
  const spread = (each: typeof LIST, of: (cost: Cost) => number) =>
    spreadOf(costs.get(each)?.map(of) ?? [])
  const longestTaskMs = (cost: Cost) => cost.longestTaskMs ?? Number.NaN
  const times = (each: typeof LIST) => costs.get(each)?.map(({ ms }) => ms) ?? []
  const rows = [LIST, ELEMENT].map((each) => [
    each.title,
    show(spread(each, longestTaskMs), 'ms', 0),
    show(spread(each, ({ ms }) => ms / 1000)),
  ])
  return {
    text: `### ${name} of 10 bytes in the element, from Chromium on loopback (${rounds === 1 ? '1 round' : `${rounds} rounds`})

When a page first reads a file's size, Chromium asks the disk for it on the page's thread. For this many files, that is
most of the longest task. Files that were created in memory have no such cost.

${table([['', 'longest task of the page', 'seconds until all are done'], ...rows])}`,
    goals: [
      // A person notices a page that does not answer for longer.
      atMost(
        `${name} in the element: no task above 200 ms`,
        spread(ELEMENT, longestTaskMs),
        200,
        'ms',
        0,
      ),
      atMost(
        `${name} in the element: ≤ 1.1 × the time of the list`,
        ratioOf(times(ELEMENT), times(LIST)),
        1.1,
      ),
    ],
  }
}
