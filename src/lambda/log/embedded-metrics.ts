/**
 * Writes metrics into a line of the log, from which CloudWatch reads them: the embedded metric
 * format. It costs no call and no permission.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
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
  readonly count: number
  /** At most `MAX_VALUES`. */
  readonly bytes: readonly number[]
  /** At most `MAX_VALUES`. */
  readonly completionTimes: readonly number[]
}

/** The format allows as many values of a metric in one line. */
export const MAX_VALUES = 100

/** Stands for a rule that is not known. No rule can have this name. */
const NO_RULE = '(none)'

/** Outcomes with an alarm, which can watch a sum over all rules only as a metric of its own. */
const ALARMED: ReadonlySet<Outcome> = new Set(['failed', 'rejected', 'not-scanned'])

/**
 * Makes the members of a line that are the metrics.
 *
 * @returns `undefined` when there are none to write on this level.
 */
export function embeddedMetrics(
  { bucket, level }: MetricsPlace,
  events: CountedEvents,
  now: Date,
): Readonly<Record<string, unknown>> | undefined {
  const { outcome, rule = NO_RULE, reason, count, bytes, completionTimes } = events
  const all = level === 'all'
  const dimensions = [
    ...(all ? [['Bucket', 'Rule', 'Outcome']] : []),
    ...(ALARMED.has(outcome) ? [['Bucket', 'Outcome']] : []),
    ...(all && reason !== undefined ? [['Bucket', 'Outcome', 'Reason']] : []),
  ]
  if (dimensions.length === 0) return undefined
  const hasBytes = bytes.length > 0
  const hasTimes = completionTimes.length > 0
  const metrics = [
    { Name: 'Uploads', Unit: 'Count' },
    ...(hasBytes ? [{ Name: 'Bytes', Unit: 'Bytes' }] : []),
    ...(hasTimes ? [{ Name: 'CompletionTime', Unit: 'Seconds' }] : []),
  ]
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{ Namespace: 'Waybill', Dimensions: dimensions, Metrics: metrics }],
    },
    Bucket: bucket,
    Rule: rule,
    Outcome: outcome,
    ...(reason === undefined ? {} : { Reason: reason }),
    Uploads: count,
    ...(hasBytes ? { Bytes: bytes } : {}),
    ...(hasTimes ? { CompletionTime: completionTimes } : {}),
  }
}
