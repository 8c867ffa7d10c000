/**
 * The goals of many small files, and whether they are met.
 *
 * @module
 */

import type { Goal } from '../harness/results.ts'
import { ratioOf } from '../harness/spread.ts'
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
  const onLoopback = loopback.series.flatMap((series) => [
    atMost(series, 1.2, PROVEN),
    ...(series.platform === 'Node' ? [cpuGoal(series, 1.5)] : []),
  ])
  return [
    ...onLoopback,
    ...(badLine?.series.map((series) => atMost(series, 1.1, BARE, ' on the bad line')) ?? []),
    memoryGoal('2,000 × 100 KB, Node with a heap of 64 MiB', memory.manyInSmallHeap, 100),
    {
      goal: '2,000 × 100 KB, Chromium: ≤ 1.1 × the memory of a bare fetch',
      measured: `${(memory.manyInChromium / memory.bareInChromium).toFixed(2)} ×`,
      met: memory.manyInChromium <= 1.1 * memory.bareInChromium,
    },
    memoryGoal('4 GiB, Chromium', memory.largeInChromium, 60),
  ]
}

/** A limit that others are compared with. */
interface Limit {
  readonly name: string
  readonly title: string
}

const BARE: Limit = { name: 'fetch', title: 'a bare fetch' }
/** No client that proves its files can do less. */
const PROVEN: Limit = { name: 'fetch-proven', title: 'the limit that proves' }

function atMost(series: MeasuredSeries, most: number, limit: Limit, where = ''): Goal {
  const ratio = timeRatio(series, 'waybill', limit.name)
  return {
    goal: `${series.workload.name}, ${series.platform}${where}: ≤ ${most} × ${limit.title}`,
    measured: show(ratio),
    met: ratio.median <= most,
  }
}

function cpuGoal(series: MeasuredSeries, most: number): Goal {
  const ratio = ratioOf(cpuOf(series, 'waybill'), cpuOf(series, PROVEN.name))
  return {
    goal: `${series.workload.name}, Node: the client's CPU ≤ ${most} × that of ${PROVEN.title}`,
    measured: show(ratio),
    met: ratio.median <= most,
  }
}

function cpuOf({ costs }: MeasuredSeries, name: string): number[] {
  const all = [...costs].find(([contestant]) => contestant.name === name)?.[1] ?? []
  return all.map(({ clientCpuMs }) => clientCpuMs)
}

function memoryGoal(what: string, bytes: number, mostMib: number): Goal {
  const measured = `${Math.round(bytes / MIB)} MiB`
  return { goal: `${what}: ≤ ${mostMib} MiB of memory`, measured, met: bytes <= mostMib * MIB }
}
