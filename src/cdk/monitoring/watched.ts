/**
 * What alarms watch, with the threshold and how long it must last.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import { failedInvocations, PERIOD, uploads } from './upload-metrics.ts'

/** What one alarm watches. */
export interface Watched {
  readonly id: string
  readonly metric: IMetric
  readonly threshold: number
  /** What it means, for the person whom the alarm wakes. */
  readonly what: string
  /**
   * How many of how many periods of five minutes must be bad.
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
  rejectedThreshold: number,
): readonly Watched[] {
  return [
    {
      id: 'RejectedUploads',
      metric: uploads(bucket, 'rejected'),
      threshold: rejectedThreshold,
      what: 'uploads rejected',
    },
    ...watchedOfSigner(bucket, signer),
    ...watchedOfArrival(arrival),
    ...(arrival.requiresScan
      ? [
          {
            id: 'NotScanned',
            metric: uploads(bucket, 'not-scanned'),
            threshold: 1,
            what: 'uploads not scanned',
          },
        ]
      : []),
  ]
}

function watchedOfSigner(bucket: IBucket, signer: SignerFunction): Watched[] {
  return [
    {
      id: 'SignerErrors',
      metric: signer.function.metricErrors({ period: PERIOD }),
      threshold: 1,
      what: 'calls to the signer that ended with an exception or timed out',
    },
    // Not added to the exceptions: if one of two metrics has no data, their sum may have none.
    {
      id: 'FailedUploads',
      metric: uploads(bucket, 'failed'),
      threshold: 1,
      what: 'calls or files that signer or S3 could not answer (5xx)',
    },
    {
      id: 'SignerThrottles',
      metric: signer.function.metricThrottles({ period: PERIOD }),
      threshold: 1,
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
      what: 'events of objects that EventBridge could neither deliver nor keep: run waybill rescan',
    },
    {
      id: 'Unjudged',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      threshold: 1,
      what: 'objects that arrival could not judge: run waybill redrive once the cause is gone',
    },
  ]
}
