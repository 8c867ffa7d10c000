/**
 * Headers that announce when a lifecycle rule will delete an object or abort an upload.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 * @module
 */

import type { Bucket } from '../buckets/bucket.ts'
import type { LifecycleRule, ObjectRecord, UploadRecord } from '../storage/records.ts'
import { abortsAtMs, expiresAtMs } from './lifecycle-due.ts'

/** Don't send this header if the request names a version. */
export function expirationHeader(bucket: Bucket, record: ObjectRecord): Record<string, string> {
  const due = earliest(bucket, (rule) => expiresAtMs(rule, record))
  if (!due) return {}
  const date = new Date(due.ms).toUTCString()
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${headerSafe(due.rule.id)}"` }
}

export function abortHeaders(bucket: Bucket, upload: UploadRecord): Record<string, string> {
  const due = earliest(bucket, (rule) => abortsAtMs(rule, upload))
  if (!due) return {}
  return {
    'x-amz-abort-date': new Date(due.ms).toUTCString(),
    'x-amz-abort-rule-id': headerSafe(due.rule.id),
  }
}

/**
 * Returns the rule with the earliest date. If several share that date, the first one in the list
 * wins.
 */
function earliest(bucket: Bucket, dueMs: (rule: LifecycleRule) => number | undefined) {
  let first: { readonly rule: LifecycleRule; readonly ms: number } | undefined
  for (const rule of bucket.record.lifecycle ?? []) {
    const ms = dueMs(rule)
    if (ms !== undefined && (!first || ms < first.ms)) first = { rule, ms }
  }
  return first
}

/** S3 sends ASCII ids as they are, including spaces. All others are encoded. */
function headerSafe(id = ''): string {
  return /^[\x20-\x7e]*$/.test(id) ? id : encodeURIComponent(id)
}
