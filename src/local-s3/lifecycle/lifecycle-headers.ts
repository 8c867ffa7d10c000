/**
 * The headers that tell a client when a lifecycle rule will take something away.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 * @module
 */

import type { Bucket } from '../buckets/bucket.ts'
import type { ObjectRecord, UploadRecord } from '../buckets/records.ts'
import { abortsAtMs, expiresAtMs } from './lifecycle-due.ts'
import type { LifecycleRule } from './lifecycle-rule.ts'

/** For the newest version, and only where it was not asked for by its id. */
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

/** @returns The rule that is due first; of several, the first in the list. */
function earliest(bucket: Bucket, dueMs: (rule: LifecycleRule) => number | undefined) {
  let first: { readonly rule: LifecycleRule; readonly ms: number } | undefined
  for (const rule of bucket.record.lifecycle ?? []) {
    const ms = dueMs(rule)
    if (ms !== undefined && (!first || ms < first.ms)) first = { rule, ms }
  }
  return first
}

/** S3 gives an id back as it is, spaces and all. */
function headerSafe(id = ''): string {
  return /^[\x20-\x7e]*$/.test(id) ? id : encodeURIComponent(id)
}
