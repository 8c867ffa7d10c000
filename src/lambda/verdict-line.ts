/**
 * One line of log per object, which CloudWatch also reads as metrics: how many were verified and rejected.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @module
 */

import type { Verdict } from '../arrival/index.ts'

const METRIC_NAMESPACE = 'Waybill'

/** @returns JSON without line breaks. The key is in it, for finding the object; the owner is not. */
export function verdictLine(verdict: Verdict, now: Date): string {
  const { bucket, key } = verdict
  const why = verdict.verdict === 'skipped' ? { why: verdict.why } : {}
  const reason =
    verdict.verdict === 'rejected' ? { reason: verdict.reason, message: verdict.message } : {}
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
          ],
        },
      ],
    },
    Bucket: bucket,
    Verified: verdict.verdict === 'verified' ? 1 : 0,
    Rejected: verdict.verdict === 'rejected' ? 1 : 0,
    verdict: verdict.verdict,
    key,
    ...why,
    ...reason,
  })
}
