/**
 * Formats metrics as log lines from which CloudWatch extracts them (the embedded metric format).
 * This needs no call and no permission.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @module
 */

import type { Counted, Outcome } from './outcome.ts'

/** Which metrics are written: all, or only those that alarms watch. */
export type MetricsLevel = 'all' | 'alarms'

/** What all lines with metrics have in common. */
export interface MetricsPlace {
  readonly bucket: string
  readonly level: MetricsLevel
}

/** Events with the same outcome, rule and reason. */
export interface CountedEvents extends Pick<Counted, 'outcome' | 'rule' | 'reason'> {
  /** At most `MAX_VALUES`. */
  readonly count: number
  /** At most `MAX_VALUES`. */
  readonly bytes: readonly number[]
  /** At most `MAX_VALUES`. */
  readonly completionTimes: readonly number[]
}

/** The format's maximum number of values per metric in one line. */
export const MAX_VALUES = 100

/** Stands for an unknown rule. No rule can have this name. */
const NO_RULE = '(none)'

/**
 * The metrics that alarms watch, with the values that an upload adds for each outcome. The bucket
 * is their only dimension.
 *
 * The sum of ones and zeros is a count and their average is a share, so an alarm needs no second
 * metric, which might never have been written. `AwaitingVerdict` adds up to the number of completed
 * uploads without a verdict.
 */
const WATCHED: Readonly<Record<Outcome, Readonly<Record<string, number>>>> = {
  granted: { Failed: 0 },
  completed: { Failed: 0, AwaitingVerdict: 1 },
  refused: { Failed: 0 },
  failed: { Failed: 1 },
  verified: { Rejected: 0, AwaitingVerdict: -1 },
  rejected: { Rejected: 1, AwaitingVerdict: -1 },
  // No `Rejected: 0` here, because `NotScanned` has its own alarm.
  'not-scanned': { NotScanned: 1, AwaitingVerdict: -1 },
  gone: { AwaitingVerdict: -1 },
}

/** Creates the members of a log line that define its metrics. */
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
