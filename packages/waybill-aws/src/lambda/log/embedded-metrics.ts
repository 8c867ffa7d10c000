/**
 * Writes metrics as log lines from which CloudWatch extracts them: the embedded metric format. It
 * needs no call and no permission.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @module
 */

import type { Counted, Outcome } from './outcome.ts'

/** Which metrics are written: all, or only those that alarms watch. */
export type MetricsLevel = 'all' | 'alarms'

/** What lines of metrics have in common. */
export interface MetricsPlace {
  readonly bucket: string
  readonly level: MetricsLevel
}

/** Events with the same outcome, rule and reason. */
export interface CountedEvents extends Pick<Counted, 'outcome' | 'rule' | 'reason'> {
  /** `MAX_VALUES` at most. */
  readonly count: number
  /** `MAX_VALUES` at most. */
  readonly bytes: readonly number[]
  /** `MAX_VALUES` at most. */
  readonly completionTimes: readonly number[]
}

/** The format's limit of values per metric in one line. */
export const MAX_VALUES = 100

/** Replaces an unknown rule. No rule can have this name. */
const NO_RULE = '(none)'

/**
 * The metrics that alarms watch, for each upload with an outcome, with the bucket as their only
 * dimension.
 *
 * The sum of ones and zeros is a count, and their average a share: an alarm needs no second metric,
 * which might never have been written. `AwaitingVerdict` adds up to the number of completed uploads
 * without a verdict.
 */
const WATCHED: Readonly<Record<Outcome, Readonly<Record<string, number>>>> = {
  granted: { Failed: 0 },
  completed: { Failed: 0, AwaitingVerdict: 1 },
  refused: { Failed: 0 },
  failed: { Failed: 1 },
  verified: { Rejected: 0, AwaitingVerdict: -1 },
  rejected: { Rejected: 1, AwaitingVerdict: -1 },
  // Not `Rejected: 0`: `NotScanned` has an alarm of its own.
  'not-scanned': { NotScanned: 1, AwaitingVerdict: -1 },
  gone: { AwaitingVerdict: -1 },
}

/** Creates the members of a line that make up the metrics. */
export function embeddedMetrics(
  { bucket, level }: MetricsPlace,
  events: CountedEvents,
  now: Date,
): Readonly<Record<string, unknown>> {
  const { outcome, rule = NO_RULE, reason, count } = events
  const watched = Object.fromEntries(
    Object.entries(WATCHED[outcome]).map(([name, value]) => [name, Array(count).fill(value)]),
  )
  const line = (directives: readonly object[], members: object) => ({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [directive([['Bucket']], watched), ...directives],
    },
    Bucket: bucket,
    ...members,
    ...watched,
  })
  if (level === 'alarms' || outcome === 'gone') return line([], {})
  const byRule = metricsByRule(events)
  const hasReason = reason !== undefined
  const dimensions = [
    ['Bucket', 'Rule', 'Outcome'],
    ...(hasReason ? [['Bucket', 'Outcome', 'Reason']] : []),
  ]
  const names = { Rule: rule, Outcome: outcome, ...(hasReason ? { Reason: reason } : {}) }
  return line([directive(dimensions, byRule)], { ...names, ...byRule })
}

const UNITS: Readonly<Record<string, string>> = { Bytes: 'Bytes', CompletionTime: 'Seconds' }

function metricsByRule({ count, bytes, completionTimes }: CountedEvents) {
  return {
    Uploads: count,
    ...(bytes.length > 0 ? { Bytes: bytes } : {}),
    ...(completionTimes.length > 0 ? { CompletionTime: completionTimes } : {}),
  }
}

/** Declares which members of the line are metrics. */
function directive(dimensions: readonly string[][], metrics: object) {
  const named = Object.keys(metrics).map((name) => ({ Name: name, Unit: UNITS[name] ?? 'Count' }))
  return { Namespace: 'Waybill', Dimensions: dimensions, Metrics: named }
}
