/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 * @module
 */

import type {
  LifecycleFilter,
  LifecycleRule,
  ObjectRecord,
  UploadRecord,
} from '../storage/records.ts'

const DAY_MS = 86_400_000

/** Like S3, rounds up to the next midnight in UTC. */
function afterDays(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS
}

export function expiresAtMs(
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

export function abortsAtMs(
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
