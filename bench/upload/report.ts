/**
 * Writes the tables of a run.
 *
 * @module
 */

import { table } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import type { Cost, MeasuredPlace, MeasuredSeries } from './measure-series.ts'

/** Writes the tables of a place. */
export function placeReport(place: MeasuredPlace): string {
  const rounds = place.rounds === 1 ? '1 round' : `${place.rounds} rounds`
  const tables = place.series.map(seriesTable)
  const title = `### On ${place.name} (${rounds}, Chromium ${place.browserVersion})`
  return [title, ...tables].join('\n\n')
}

function seriesTable(series: MeasuredSeries): string {
  const [limit] = series.contestants
  const title = `${series.workload.name} from ${series.platform}`
  const head = [title, 'seconds', 'MB/s', '× the limit', 'CPU s, client', 'server', 'sent ÷ size']
  const rows = series.contestants.map((contestant) => {
    const costs = costsOf(series, contestant.name)
    const seconds = spreadOf(costs.map(({ ms }) => ms / 1000))
    return [
      contestant.title,
      show(seconds),
      (totalSize(series) / 1e6 / seconds.median).toFixed(1),
      show(timeRatio(series, contestant.name, limit?.name ?? '')),
      medianOf(costs, ({ clientCpuMs }) => clientCpuMs / 1000).toFixed(2),
      medianOf(costs, ({ serverCpuMs }) => serverCpuMs / 1000).toFixed(2),
      medianOf(costs, ({ wireBytes }) => wireBytes / totalSize(series)).toFixed(4),
    ]
  })
  return table([head, ...rows])
}

/** Computes the ratio of the times of `name` and `base`, round by round. */
export function timeRatio(series: MeasuredSeries, name: string, base: string): Spread {
  const ms = (of: string) => costsOf(series, of).map((cost) => cost.ms)
  return ratioOf(ms(name), ms(base))
}

/** Computes bytes sent ÷ size. */
export function wireShare(series: MeasuredSeries, name: string): Spread {
  return spreadOf(costsOf(series, name).map(({ wireBytes }) => wireBytes / totalSize(series)))
}

/** Formats a spread. */
export function show({ median, low, high }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

function costsOf({ costs }: MeasuredSeries, name: string): readonly Cost[] {
  for (const [contestant, all] of costs) if (contestant.name === name) return all
  throw new TypeError(`${name} takes no part in this series`)
}

function totalSize({ workload }: MeasuredSeries): number {
  return workload.size * workload.count
}

function medianOf(costs: readonly Cost[], value: (cost: Cost) => number): number {
  return spreadOf(costs.map(value)).median
}
