/**
 * The goals of Waybill's client, and whether it meets them.
 *
 * @module
 */

import type { Goal } from '../harness/results.ts'
import type { MeasuredPlace, MeasuredSeries } from './measure-series.ts'
import { show, timeRatio, wireShare } from './report.ts'

const MAX_SHARE_OF_CHECKED = 1.1
const MAX_SHARE_OF_UPPY = 0.25
const MAX_WIRE_SHARE = 1.01

/**
 * The goals on loopback: beside the limits of a client that does the same. A bare `fetch` proves
 * nothing; a form alone, without its waybill, is 2 % of a small file.
 */
export function goalsOnLoopback(place: MeasuredPlace): Goal[] {
  const [large, small] = place.series.filter(isInChromium)
  if (!large || !small) return []
  const share = timeRatio(large, 'waybill', 'fetch-checked')
  return [
    {
      goal: `loopback, ${large.workload.name}, Chromium: ≤ 1.1 × the limit with checksums`,
      measured: show(share),
      met: share.median <= MAX_SHARE_OF_CHECKED,
    },
    wireGoal(large),
    wireGoal(small, 'fetch-proven'),
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

/** Bytes sent by Waybill, of the file's size or of what a limit sent. */
function wireGoal(series: MeasuredSeries, limit?: string): Goal {
  const size = limit === undefined ? 1 : wireShare(series, limit).median
  const share = wireShare(series, 'waybill').median / size
  const what = limit === undefined ? 'size' : 'those of the limit that proves'
  return {
    goal: `loopback, ${series.workload.name}, Chromium: bytes sent ÷ ${what} ≤ 1.01`,
    measured: share.toFixed(4),
    met: share <= MAX_WIRE_SHARE,
  }
}

function isInChromium({ platform }: MeasuredSeries): boolean {
  return platform === 'Chromium'
}
