import { Duration } from 'aws-cdk-lib'
import {
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IRule } from 'aws-cdk-lib/aws-events'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'

/** Thresholds at which alarms go off. */
export interface AlarmThresholds {
  /**
   * Minimum number of rejected uploads within five minutes. The alarm goes off only if
   * `rejectedPercent` is reached too.
   * @default 10
   */
  readonly rejected?: number
  /**
   * Minimum percentage of judged uploads that were rejected. The alarm goes off only if `rejected`
   * is reached too.
   * @default 5
   */
  readonly rejectedPercent?: number
  /**
   * Minimum percentage of signer calls, or of the files in them, that fail.
   * @default 1
   */
  readonly failedPercent?: number
  /**
   * Minimum number of calls to the signer that exceed its concurrency limit within five minutes.
   * @default 1
   */
  readonly signerThrottles?: number
  /**
   * Minimum number of calls to the arrival function that fail within five minutes, in two of three
   * periods.
   * @default 1
   */
  readonly arrivalErrors?: number
  /**
   * Minimum number of uploads that could not be scanned within five minutes. Archives with a
   * password count.
   * @default 1
   */
  readonly notScanned?: number
}

export interface Watched {
  readonly id: string
  readonly metric: IMetric
  readonly threshold: number
  /** Describes the alarm to the person on call. Follows the threshold: `5 or more …`. */
  readonly what: string
  /** Whether `what` is a complete sentence, without a threshold before it. */
  readonly isWhole?: true
  /**
   * The alarm goes off if `bad` of the last `periods` periods reach the threshold.
   * @default - one period
   */
  readonly lasting?: { readonly periods: number; readonly bad: number }
}

/**
 * Lambda retries a failed event after one minute and again after two more minutes. An event that is
 * older than this is therefore waiting for concurrency.
 */
const MAX_EVENT_AGE = Duration.minutes(15)

export function watched(
  place: MetricPlace,
  signer: SignerFunction,
  arrival: ArrivalFunction,
  thresholds: AlarmThresholds,
): readonly Watched[] {
  const { rejected = 10, rejectedPercent = 5, notScanned = 1 } = thresholds
  return [
    {
      id: 'RejectedUploads',
      metric: shareOf(place, 'Rejected', rejected),
      threshold: rejectedPercent,
      what: `percent of the judged uploads rejected, and at least ${rejected}`,
    },
    ...watchedOfSigner(place, signer, thresholds),
    ...watchedOfArrival(arrival, thresholds),
    noVerdicts(place, arrival),
    ...(arrival.requiresScan
      ? [
          {
            id: 'NotScanned',
            metric: watchedMetric(place, 'NotScanned'),
            threshold: notScanned,
            what: 'uploads not scanned',
          },
        ]
      : []),
  ]
}

function shareOf(place: MetricPlace, name: 'Rejected' | 'Failed', atLeast: number): MathExpression {
  const all = watchedMetric(place, name, { statistic: 'SampleCount' })
  return percentage(watchedMetric(place, name), all, atLeast)
}

function watchedOfSigner(
  place: MetricPlace,
  signer: SignerFunction,
  { failedPercent = 1, signerThrottles = 1 }: AlarmThresholds,
): Watched[] {
  const options = { period: PERIOD }
  const errors = signer.function.metricErrors(options)
  return [
    {
      id: 'SignerErrors',
      // Lambda writes both metrics for each call.
      metric: percentage(errors, signer.function.metricInvocations(options), 1),
      threshold: failedPercent,
      what: 'percent of the calls to the signer ended with an exception or timed out',
    },
    {
      id: 'FailedUploads',
      metric: shareOf(place, 'Failed', 1),
      threshold: failedPercent,
      what: 'percent of calls or files that signer or S3 could not answer (5xx)',
    },
    {
      id: 'SignerThrottles',
      metric: signer.function.metricThrottles(options),
      threshold: signerThrottles,
      what: 'calls to the signer beyond its concurrency limit',
    },
  ]
}

function watchedOfArrival(
  arrival: ArrivalFunction,
  { arrivalErrors = 1 }: AlarmThresholds,
): Watched[] {
  const { function: judge, deadLetterQueue, landed } = arrival
  return [
    {
      id: 'ArrivalErrors',
      metric: judge.metricErrors({ period: PERIOD }),
      threshold: arrivalErrors,
      // Lambda retries a failed event twice. The `Unjudged` alarm goes off only if both retries
      // fail.
      lasting: { periods: 3, bad: 2 },
      what: 'objects that could not be judged at the first try, again and again',
    },
    {
      id: 'ArrivalThrottles',
      metric: judge.metricThrottles({ period: PERIOD }),
      threshold: 1,
      // In a short burst, throttled events are merely judged a little later.
      lasting: { periods: 3, bad: 3 },
      what: 'calls to the arrival function beyond its concurrency limit',
    },
    {
      id: 'ArrivalDelay',
      metric: judge.metric('AsyncEventAge', { period: PERIOD, statistic: 'Maximum' }),
      threshold: MAX_EVENT_AGE.toMilliseconds(),
      what: 'milliseconds for which an object waited to be judged',
    },
    {
      id: 'FailedInvocations',
      metric: failedInvocations(landed),
      threshold: 1,
      what: 'events of objects that EventBridge could neither deliver nor keep: run waybill rescan',
    },
    {
      id: 'DroppedEvents',
      metric: judge.metric('AsyncEventsDropped', { period: PERIOD, statistic: 'Sum' }),
      threshold: 1,
      what: 'events that Lambda gave up: see the alarms Unjudged and UndeliveredEvents',
    },
    {
      id: 'UndeliveredEvents',
      metric: judge.metric('DestinationDeliveryFailures', { period: PERIOD, statistic: 'Sum' }),
      threshold: 1,
      what: 'events lost on the way to the dead-letter queue: run waybill rescan',
    },
    {
      id: 'Unjudged',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      threshold: 1,
      what: 'objects that the arrival function could not judge: run waybill redrive once the cause is gone',
    },
  ]
}

/**
 * Detects missing verdicts. If the bucket, the EventBridge rule or GuardDuty sends no events, no
 * call fails, and objects stay unjudged until they expire.
 *
 * Each completed upload adds 1 to the metric and each verdict adds -1. The hourly average is
 * normally 0. Without any verdicts it is 1, and it reaches one half if only one in three uploads
 * got a verdict. Late verdicts and repeated completions do not raise the average that far, unless
 * an hour's only upload is completed just before the hour ends.
 *
 * CloudWatch evaluates an alarm that covers more than a day only on the hour, so this alarm does
 * not go off between an upload and its verdict.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function noVerdicts(place: MetricPlace, { requiresScan }: ArrivalFunction): Watched {
  return {
    id: 'NoVerdicts',
    metric: watchedMetric(place, 'AwaitingVerdict', {
      period: Duration.hours(1),
      statistic: 'Average',
    }),
    threshold: 0.5,
    // The verdict on a scanned upload may arrive in the next hour.
    lasting: { periods: 48, bad: requiresScan ? 2 : 1 },
    what: 'at most a third of the uploads completed in an hour got a verdict: see whether events of the bucket reach the arrival function, then run waybill rescan',
    isWhole: true,
  }
}

/** Long enough for a meaningful sum even if few people upload. */
export const PERIOD = Duration.minutes(5)

/** The dimensions of all metrics. The functions' logs contain the same. */
export interface MetricPlace {
  readonly Bucket: string
  readonly Prefix: string
}

/**
 * The metric covers all rules. Each upload adds 1 or 0 to it. In `AwaitingVerdict`, however, each
 * completed upload adds 1, and each verdict adds -1.
 */
export function watchedMetric(
  place: MetricPlace,
  name: 'Failed' | 'Rejected' | 'NotScanned' | 'AwaitingVerdict',
  { period = PERIOD, ...options }: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: 'Waybill',
    metricName: name,
    dimensionsMap: { ...place },
    statistic: 'Sum',
    period,
    ...options,
  })
}

/**
 * Returns the percentage of `whole` that `part` makes up, or 0 if `part` is less than `atLeast`.
 *
 * Both metrics must be written together, because CloudWatch does not document how it evaluates a
 * metric that was never written.
 */
function percentage(part: IMetric, whole: IMetric, atLeast: number): MathExpression {
  return new MathExpression({
    expression: `IF(part >= ${atLeast}, 100 * part / whole, 0)`,
    usingMetrics: { part, whole },
    period: PERIOD,
  })
}

/** A search also finds the metrics of rules that CDK does not know. */
interface Search {
  readonly metric: 'Uploads' | 'Bytes' | 'CompletionTime'
  /** Dimensions in addition to the place. */
  readonly by: 'Rule,Outcome' | 'Outcome,Reason'
  /** @default - all */
  readonly outcome?: string
  readonly statistic: string
}

/** Each metric found is shown as a separate line. */
export function searchMetrics(place: MetricPlace, search: Search): MathExpression {
  return expression(searchText(place, search))
}

export function searchTotal(place: MetricPlace, search: Search, label: string): MathExpression {
  return expression(`SUM(${searchText(place, search)})`, label)
}

function expression(text: string, label?: string): MathExpression {
  return new MathExpression({
    expression: text,
    period: PERIOD,
    ...(label === undefined ? {} : { label }),
  })
}

/**
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function searchText(
  { Bucket, Prefix }: MetricPlace,
  { metric, by, outcome, statistic }: Search,
): string {
  const only = outcome === undefined ? '' : ` Outcome="${outcome}"`
  const terms = `{Waybill,Bucket,Prefix,${by}} MetricName="${metric}" Bucket="${Bucket}" Prefix="${Prefix}"${only}`
  return `SEARCH('${terms}', '${statistic}', ${PERIOD.toSeconds()})`
}

/** Counts events that a rule could neither deliver nor send to its dead-letter queue. */
export function failedInvocations({ ruleName }: IRule): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName: ruleName },
    statistic: 'Sum',
    period: PERIOD,
  })
}
