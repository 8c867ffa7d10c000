/**
 * When a lifecycle rule deletes an object or aborts an upload, and the headers that announce it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 * @module
 */

import type { Bucket } from '../buckets/bucket.ts'
import type {
  LifecycleFilter,
  LifecycleRule,
  ObjectRecord,
  UploadRecord,
} from '../buckets/records.ts'

const DAY_MS = 86_400_000

/** Like S3, rounds up to the next midnight in UTC. */
function afterDays(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS
}

function expiresAtMs(
  { enabled, filter, expirationDays, expirationDateMs }: LifecycleRule,
  object: ObjectRecord,
): number | undefined {
  if (!enabled || !covers(filter, object)) return undefined
  if (expirationDateMs !== undefined) return expirationDateMs
  return expirationDays === undefined ? undefined : afterDays(object.lastModifiedMs, expirationDays)
}

export function isExpired(
  rules: readonly LifecycleRule[],
  object: ObjectRecord,
  nowMs: number,
): boolean {
  return rules.some((rule) => isDue(expiresAtMs(rule, object), nowMs))
}

function isDue(dueMs: number | undefined, nowMs: number): boolean {
  return dueMs !== undefined && dueMs <= nowMs
}

/** @param sinceMs - When the version became noncurrent. */
export function isNoncurrentExpired(
  rules: readonly LifecycleRule[],
  version: ObjectRecord,
  sinceMs: number,
  nowMs: number,
): boolean {
  return rules.some(
    ({ enabled, filter, noncurrentDays }) =>
      enabled &&
      noncurrentDays !== undefined &&
      covers(filter, version) &&
      afterDays(sinceMs, noncurrentDays) <= nowMs,
  )
}

function abortsAtMs(
  { enabled, filter, abortIncompleteDays }: LifecycleRule,
  { key, initiatedMs }: UploadRecord,
): number | undefined {
  if (!enabled || abortIncompleteDays === undefined) return undefined
  return key.startsWith(filter.prefix ?? '')
    ? afterDays(initiatedMs, abortIncompleteDays)
    : undefined
}

export function isAbandoned(
  rules: readonly LifecycleRule[],
  upload: UploadRecord,
  nowMs: number,
): boolean {
  return rules.some((rule) => isDue(abortsAtMs(rule, upload), nowMs))
}

function covers(filter: LifecycleFilter, { key, tags, size }: ObjectRecord): boolean {
  const { prefix = '', tags: wanted = {}, sizeGreaterThan, sizeLessThan } = filter
  return (
    key.startsWith(prefix) &&
    Object.entries(wanted).every(([name, value]) => tags[name] === value) &&
    (sizeGreaterThan === undefined || size > sizeGreaterThan) &&
    (sizeLessThan === undefined || size < sizeLessThan)
  )
}

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
