/**
 * The goals of Waybill's client, and whether it meets them.
 *
 * @module
 */

import type { Goal } from '../harness/results.ts'
import type { MeasuredPlace, MeasuredSeries } from './measure-series.ts'
import { show, timeRatio, wireShare } from './report.ts'

const MIN_SHARE_OF_FETCH = 0.75
const MAX_SHARE_OF_UPPY = 0.25
const MAX_WIRE_SHARE = 1.01

/** The goals on loopback. */
export function goalsOnLoopback(place: MeasuredPlace): Goal[] {
  const [large, ...others] = place.series.filter(isInChromium)
  if (!large) return []
  // Ratio of the limit's time to Waybill's: Waybill's share of its speed.
  const share = timeRatio(large, 'fetch', 'waybill')
  return [
    {
      goal: `loopback, ${large.workload.name}, Chromium: ≥ 75 % of the speed of a bare fetch`,
      measured: show(share),
      met: share.median >= MIN_SHARE_OF_FETCH,
    },
    ...[large, ...others].map(wireGoal),
  ]
}

/** The goals on a bad line. */
export function goalsOnBadLine(place: MeasuredPlace): Goal[] {
  const [large] = place.series.filter(isInChromium)
  if (!large) return []
  const share = timeRatio(large, 'waybill', 'uppy')
  return [
    {
      goal: `${place.name}, ${large.workload.name}, Chromium: ≤ 0.25 × Uppy's time`,
      measured: show(share),
      met: share.median <= MAX_SHARE_OF_UPPY,
    },
  ]
}

/** The most of the time of six bare connections, by the name of the workload. */
const MAX_SHARE_OF_SIX: Readonly<Record<string, number>> = {
  '32 MiB': 1.05,
  '96 MiB': 0.65,
  '256 MiB': 0.6,
}

/** The goals of both host names on a bad line. */
export function goalsOfTwelve(place: MeasuredPlace): Goal[] {
  return place.series.map((series) => {
    const most = MAX_SHARE_OF_SIX[series.workload.name] ?? 1
    const share = timeRatio(series, 'waybill-twelve', 'fetch-6')
    return {
      goal: `${place.name}, ${series.workload.name}, Chromium, both host names: ≤ ${most.toFixed(2)} × the time of six bare connections`,
      measured: show(share),
      met: share.median <= most,
    }
  })
}

function wireGoal(series: MeasuredSeries): Goal {
  const share = wireShare(series, 'waybill')
  return {
    goal: `loopback, ${series.workload.name}, Chromium: bytes sent ÷ size ≤ 1.01`,
    measured: share.median.toFixed(4),
    met: share.median <= MAX_WIRE_SHARE,
  }
}

function isInChromium({ platform }: MeasuredSeries): boolean {
  return platform === 'Chromium'
}
