/**
 * What alarms watch, with the threshold and how long it must last.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import type { IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import { failedInvocations, PERIOD, percentage, watchedMetric } from './upload-metrics.ts'

/** When alarms ring. */
export interface AlarmThresholds {
  /**
   * How many uploads must be rejected within five minutes, at least.
   * @default 10
   */
  readonly rejected?: number
  /**
   * How many percent of the judged uploads must be rejected.
   * @default 5
   */
  readonly rejectedPercent?: number
  /**
   * How many percent of the calls to the signer, or of their files, must fail.
   * @default 1
   */
  readonly failedPercent?: number
  /**
   * How many calls to the signer must exceed its concurrency limit within five minutes.
   * @default 1
   */
  readonly signerThrottles?: number
}

/** What one alarm watches. */
export interface Watched {
  readonly id: string
  readonly metric: IMetric
  readonly threshold: number
  /** What it means, for the person whom the alarm wakes. It follows the threshold in a sentence. */
  readonly what: string
  /** Whether `what` is the whole sentence. */
  readonly isWhole?: true
  /**
   * How many of how many periods must be bad.
   * @default - the last one
   */
  readonly lasting?: { readonly periods: number; readonly bad: number }
}

/**
 * How old an event may become before it is judged. Lambda tries a failing event again after one and
 * after two more minutes; an older event waits for the function's concurrency.
 */
const MAX_EVENT_AGE = Duration.minutes(15)

/** Lists what may keep uploads from working, from the signer to the verdict. */
export function watched(
  bucket: IBucket,
  signer: SignerFunction,
  arrival: ArrivalFunction,
  thresholds: AlarmThresholds,
): readonly Watched[] {
  const { rejected = 10, rejectedPercent = 5 } = thresholds
  return [
    {
      id: 'RejectedUploads',
      metric: shareOf(bucket, 'Rejected', rejected),
      threshold: rejectedPercent,
      what: `percent of the judged uploads rejected, and at least ${rejected}`,
    },
    ...watchedOfSigner(bucket, signer, thresholds),
    ...watchedOfArrival(arrival),
    noVerdicts(bucket, arrival),
    ...(arrival.requiresScan
      ? [
          {
            id: 'NotScanned',
            metric: watchedMetric(bucket, 'NotScanned'),
            threshold: 1,
            what: 'uploads not scanned',
          },
        ]
      : []),
  ]
}

function shareOf(bucket: IBucket, name: 'Rejected' | 'Failed', atLeast: number): MathExpression {
  const all = watchedMetric(bucket, name, { statistic: 'SampleCount' })
  return percentage(watchedMetric(bucket, name), all, atLeast)
}

function watchedOfSigner(
  bucket: IBucket,
  signer: SignerFunction,
  { failedPercent = 1, signerThrottles = 1 }: AlarmThresholds,
): Watched[] {
  const options = { period: PERIOD }
  const errors = signer.function.metricErrors(options)
  return [
    {
      id: 'SignerErrors',
      // Lambda writes both of each call.
      metric: percentage(errors, signer.function.metricInvocations(options), 1),
      threshold: failedPercent,
      what: 'percent of the calls to the signer ended with an exception or timed out',
    },
    {
      id: 'FailedUploads',
      metric: shareOf(bucket, 'Failed', 1),
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

function watchedOfArrival(arrival: ArrivalFunction): Watched[] {
  const { function: judge, deadLetterQueue, landed } = arrival
  return [
    {
      id: 'ArrivalErrors',
      metric: judge.metricErrors({ period: PERIOD }),
      threshold: 1,
      // One object that fails is tried again twice, and then Unjudged rings.
      lasting: { periods: 3, bad: 2 },
      what: 'objects that could not be judged at the first try, again and again',
    },
    {
      id: 'ArrivalThrottles',
      metric: judge.metricThrottles({ period: PERIOD }),
      threshold: 1,
      // Events of a short flood wait, and are judged a little later.
      lasting: { periods: 3, bad: 3 },
      what: 'calls to arrival beyond its concurrency limit',
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
      what: 'events of objects that EventBridge could neither deliver nor keep: run waybill-aws rescan',
    },
    {
      id: 'Unjudged',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      threshold: 1,
      what: 'objects that arrival could not judge: run waybill-aws redrive once the cause is gone',
    },
  ]
}

/**
 * Where no event arrives, nothing fails: bucket, rule or GuardDuty's plan are then silent, and
 * unjudged objects expire.
 *
 * The metric has 1 for each completed upload and -1 for each verdict, so its average is 1 in an
 * hour without verdicts and 0 in an ordinary one. It is one half or more if there is at most one
 * verdict for three uploads. Late verdicts, or a completion that is reported twice, do not lead
 * there, except for the only upload of an hour that completes right at its end. CloudWatch evaluates
 * an alarm over more than a day at each full hour, and not between an upload and its verdict.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function noVerdicts(bucket: IBucket, { requiresScan }: ArrivalFunction): Watched {
  return {
    id: 'NoVerdicts',
    metric: watchedMetric(bucket, 'AwaitingVerdict', {
      period: Duration.hours(1),
      statistic: 'Average',
    }),
    threshold: 0.5,
    // The verdict of an upload that is scanned may well come in the next hour.
    lasting: { periods: 48, bad: requiresScan ? 2 : 1 },
    what: 'at most a third of the uploads completed in an hour got a verdict: see whether events of the bucket reach arrival, then run waybill-aws rescan',
    isWhole: true,
  }
}
