/**
 * Measures the series of a place with one system, alternating between the contestants, and writes
 * their tables.
 *
 * @module
 */

import { interleave, type Scores } from '../harness/interleave.ts'
import { table } from '../harness/results.ts'
import type { Scratch } from '../harness/scratch.ts'
import { ratioOf, type Spread, show, spreadOf } from '../harness/spread.ts'
import { makeFiles, type Series, type UploadContestant } from './contestants.ts'
import type { Place } from './place.ts'
import { type Cost, openSystem } from './system.ts'

/** A series with its results. */
export interface MeasuredSeries extends Series {
  readonly costs: Scores<UploadContestant, Cost>
}

/** A place with its results. */
export interface MeasuredPlace<Measured extends readonly MeasuredSeries[] = MeasuredSeries[]> {
  /** Its tables. */
  readonly report: string
  readonly series: Measured
}

/** The number of rounds. */
export interface Rounds {
  readonly rounds: number
  readonly warmUpRounds: number
}

/**
 * Measures all series of a place.
 * @throws {Error} When the bytes that arrived are not exactly those of the files.
 */
export async function measurePlace<const All extends readonly Series[]>(
  place: Place,
  series: All,
  { rounds, warmUpRounds }: Rounds,
  scratch: Scratch,
): Promise<MeasuredPlace<{ [Index in keyof All]: MeasuredSeries }>> {
  const system = await openSystem(place, scratch)
  const measured: MeasuredSeries[] = []
  try {
    for (const [index, each] of series.entries()) {
      const { platform, workload } = each
      console.error(`${place.name}, ${platform}, ${workload.name}`)
      const files = makeFiles(workload, scratch.directory(`files-${index + 1}`))
      const measure = async ({ name, title }: UploadContestant) => {
        const cost = await system.upload(platform, name, files)
        const arrived = cost.sizes.reduce((sum, size) => sum + size, 0)
        if (arrived !== totalSize(each)) {
          throw new Error(`${arrived} of ${totalSize(each)} bytes of ${title} have arrived`)
        }
        return cost
      }
      const costs = await interleave(each.contestants, rounds, measure, warmUpRounds)
      measured.push({ ...each, costs })
    }
  } finally {
    await system.close()
  }
  const times = rounds === 1 ? '1 round' : `${rounds} rounds`
  const title = `### On ${place.name} (${times}, Chromium ${system.browserVersion})`
  return {
    report: [title, ...measured.map(seriesTable)].join('\n\n'),
    series: measured as { [Index in keyof All]: MeasuredSeries },
  }
}

function seriesTable(series: MeasuredSeries): string {
  const [limit] = series.contestants
  const title = `${series.workload.name} from ${series.platform}`
  const head = [title, 'seconds', 'MB/s', '× the limit', 'CPU s, client', 'server', 'sent ÷ size']
  const rows = series.contestants.map(({ name, title }) => {
    const spread = (of: (cost: Cost) => number) => spreadOf(costsOf(series, name).map(of))
    const seconds = spread(({ ms }) => ms / 1000)
    return [
      title,
      show(seconds),
      (totalSize(series) / 1e6 / seconds.median).toFixed(1),
      show(ratioIn(series, name, limit?.name ?? '')),
      spread(({ clientCpuMs }) => clientCpuMs / 1000).median.toFixed(2),
      spread(({ serverCpuMs }) => serverCpuMs / 1000).median.toFixed(2),
      wireShare(series, name).toFixed(4),
    ]
  })
  return table([head, ...rows])
}

/** Computes the ratio of the times of `name` and `base`, or of another cost, round by round. */
export function ratioIn(
  series: MeasuredSeries,
  name: string,
  base: string,
  cost: 'ms' | 'clientCpuMs' = 'ms',
): Spread {
  const all = (of: string) => costsOf(series, of).map((each) => each[cost])
  return ratioOf(all(name), all(base))
}

/** Computes bytes sent ÷ size. */
export function wireShare(series: MeasuredSeries, name: string): number {
  const shares = costsOf(series, name).map(({ wireBytes }) => wireBytes / totalSize(series))
  return spreadOf(shares).median
}

function costsOf({ costs }: MeasuredSeries, name: string): readonly Cost[] {
  for (const [contestant, all] of costs) if (contestant.name === name) return all
  throw new TypeError(`${name} takes no part in this series`)
}

function totalSize({ workload }: Series): number {
  return workload.size * workload.count
}
