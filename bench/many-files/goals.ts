/**
 * The goals of many small files, and whether they are met.
 *
 * @module
 */

import type { Goal } from '../harness/results.ts'
import { spreadOf } from '../harness/spread.ts'
import type { MeasuredPlace, MeasuredSeries } from '../upload/measure-series.ts'
import { show, timeRatio } from '../upload/report.ts'
import type { Memory } from './memory.ts'

const MIB = 1024 ** 2

/** Compares with the goals. */
export function goalsOf(
  loopback: MeasuredPlace,
  badLine: MeasuredPlace | undefined,
  memory: Memory,
): Goal[] {
  const onLoopback = loopback.series.flatMap((series) =>
    series.platform === 'Node'
      ? [atMost(series, 1.5), cpuGoal(series, 0.8)]
      : [atMost(series, 1.4)],
  )
  return [
    ...onLoopback,
    ...(badLine?.series.map((series) => atMost(series, 1.1, ' on the bad line')) ?? []),
    memoryGoal('2,000 × 100 KB, Node', memory.manyInNode, 100),
    memoryGoal('2,000 × 100 KB, Chromium', memory.manyInChromium, 100),
    memoryGoal('4 GiB, Chromium', memory.largeInChromium, 60),
  ]
}

function atMost(series: MeasuredSeries, most: number, where = ''): Goal {
  const ratio = timeRatio(series, 'waybill', 'fetch')
  return {
    goal: `${series.workload.name}, ${series.platform}${where}: ≤ ${most} × a bare fetch`,
    measured: show(ratio),
    met: ratio.median <= most,
  }
}

function cpuGoal({ workload, costs }: MeasuredSeries, mostMs: number): Goal {
  const all = [...costs].find(([{ name }]) => name === 'waybill')?.[1] ?? []
  const each = spreadOf(all.map(({ clientCpuMs }) => clientCpuMs / workload.count))
  return {
    goal: `${workload.name}, Node: ≤ ${mostMs} ms of the client's CPU a file`,
    measured: `${show(each)} ms`,
    met: each.median <= mostMs,
  }
}

function memoryGoal(what: string, bytes: number, mostMib: number): Goal {
  const measured = `${Math.round(bytes / MIB)} MiB`
  return { goal: `${what}: ≤ ${mostMib} MiB of memory`, measured, met: bytes <= mostMib * MIB }
}
