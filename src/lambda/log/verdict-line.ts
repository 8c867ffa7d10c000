/**
 * Writes one log line per object. CloudWatch also reads it as metrics: how many objects were
 * verified, rejected and not scanned.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @module
 */

import type { Verdict } from '../../arrival/verdict.ts'
import type { SignerEvent } from '../../protocol/signer-event.ts'

const METRIC_NAMESPACE = 'Waybill'

/**
 * Writes the line.
 *
 * @param event - What `onEvent` got for this verdict; missing for an object that was skipped.
 * @returns JSON without line breaks: the event, the metrics, and a sentence with the reason.
 */
export function verdictLine(verdict: Verdict, event: SignerEvent | undefined, now: Date): string {
  const { bucket, key } = verdict
  const reason = verdict.verdict === 'skipped' ? { reason: verdict.reason } : {}
  const message = 'message' in verdict ? { message: verdict.message } : {}
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Bucket']],
          Metrics: [
            { Name: 'Verified', Unit: 'Count' },
            { Name: 'Rejected', Unit: 'Count' },
            { Name: 'NotScanned', Unit: 'Count' },
          ],
        },
      ],
    },
    Bucket: bucket,
    Verified: verdict.verdict === 'verified' ? 1 : 0,
    Rejected: verdict.verdict === 'rejected' ? 1 : 0,
    NotScanned: hasNotBeenScanned(verdict) ? 1 : 0,
    ...event,
    verdict: verdict.verdict,
    key,
    ...reason,
    ...message,
  })
}

/** An awaited scan will come. A scan that did not take place needs attention. */
function hasNotBeenScanned(verdict: Verdict): boolean {
  return verdict.verdict === 'not-scanned' && verdict.reason !== 'AWAITED'
}
