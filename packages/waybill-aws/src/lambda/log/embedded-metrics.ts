/**
 * Formats metrics as log lines in CloudWatch's embedded metric format. CloudWatch extracts the
 * metrics from the log, so the function needs no extra calls or permissions.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @module
 */

import type { Counted, Outcome } from './outcome.ts'

/** With `alarms`, only the metrics that alarms watch are written. */
export type MetricsLevel = 'all' | 'alarms'

export interface MetricsPlace {
  readonly bucket: string
  readonly prefix: string
  readonly level: MetricsLevel
}

/** Up to `MAX_VALUES` events with the same outcome, rule and reason. */
export interface CountedEvents extends Pick<Counted, 'outcome' | 'rule' | 'reason'> {
  readonly count: number
  readonly bytes: readonly number[]
  readonly completionTimes: readonly number[]
}

/** The format's maximum number of values per metric in one line. */
export const MAX_VALUES = 100

/** Several constructs can share a bucket, each with a different prefix. */
const PLACE = ['Bucket', 'Prefix']

/** Used if the rule is unknown. No rule can have this name. */
const NO_RULE = '(none)'

/**
 * The values that each outcome adds to the metrics that alarms watch. Bucket and prefix are
 * their only dimensions.
 *
 * The average of zeros and ones is a proportion, so an alarm needs only one metric. A second
 * metric might never have been written. The sum of `AwaitingVerdict` is the number of completed
 * uploads without a verdict.
 */
const WATCHED: Readonly<Record<Outcome, Readonly<Record<string, number>>>> = {
  granted: { Failed: 0 },
  completed: { Failed: 0, AwaitingVerdict: 1 },
  refused: { Failed: 0 },
  failed: { Failed: 1 },
  verified: { Rejected: 0, AwaitingVerdict: -1 },
  rejected: { Rejected: 1, AwaitingVerdict: -1 },
  // This does not count as `Rejected: 0`, because `NotScanned` has its own alarm.
  'not-scanned': { NotScanned: 1, AwaitingVerdict: -1 },
  gone: { AwaitingVerdict: -1 },
}

export function embeddedMetrics(
  { bucket, prefix, level }: MetricsPlace,
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
      CloudWatchMetrics: [directive([PLACE], watched), ...directives],
    },
    Bucket: bucket,
    // CloudWatch rejects an empty value.
    Prefix: `/${prefix}`,
    ...members,
    ...watched,
  })
  if (level === 'alarms' || outcome === 'gone') return line([], {})
  const byRule = metricsByRule(events)
  const hasReason = reason !== undefined
  const dimensions = [
    [...PLACE, 'Rule', 'Outcome'],
    ...(hasReason ? [[...PLACE, 'Outcome', 'Reason']] : []),
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

function directive(dimensions: readonly string[][], metrics: object) {
  const named = Object.keys(metrics).map((name) => ({ Name: name, Unit: UNITS[name] ?? 'Count' }))
  return { Namespace: 'Waybill', Dimensions: dimensions, Metrics: named }
}
