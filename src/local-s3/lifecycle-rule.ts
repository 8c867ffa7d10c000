/**
 * Lifecycle rules, and what they make due: objects to be deleted, incomplete uploads to be aborted.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
 * @module
 */

import type { ObjectRecord, UploadRecord } from './object-record.ts'
import type { Tags } from './tags.ts'

export interface LifecycleRule {
  readonly id?: string
  readonly enabled: boolean
  readonly filter: LifecycleFilter
  readonly expirationDays?: number
  readonly expirationDateMs?: number
  /** Removes a delete marker that hides nothing. */
  readonly expiredObjectDeleteMarker?: boolean
  readonly noncurrentDays?: number
  readonly abortIncompleteDays?: number
}

export interface LifecycleFilter {
  readonly prefix?: string
  readonly tags?: Tags
  readonly sizeGreaterThan?: number
  readonly sizeLessThan?: number
}

const DAY_MS = 86_400_000

/** @returns Whether `days` have passed; S3 rounds up to the next midnight UTC. */
function daysHavePassed(sinceMs: number, days: number, nowMs: number): boolean {
  return Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS <= nowMs
}

/** @returns Whether some rule wants the current object deleted. */
export function isExpired(
  rules: readonly LifecycleRule[],
  object: ObjectRecord,
  nowMs: number,
): boolean {
  return rules.some(({ enabled, filter, expirationDays, expirationDateMs }) => {
    if (!enabled || !covers(filter, object)) return false
    if (expirationDateMs !== undefined && expirationDateMs <= nowMs) return true
    return (
      expirationDays !== undefined && daysHavePassed(object.lastModifiedMs, expirationDays, nowMs)
    )
  })
}

/** @param sinceMs - When the version was replaced by another. */
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
      daysHavePassed(sinceMs, noncurrentDays, nowMs),
  )
}

export function isAbandoned(
  rules: readonly LifecycleRule[],
  { key, initiatedMs }: UploadRecord,
  nowMs: number,
): boolean {
  return rules.some(
    ({ enabled, filter, abortIncompleteDays }) =>
      enabled &&
      abortIncompleteDays !== undefined &&
      key.startsWith(filter.prefix ?? '') &&
      daysHavePassed(initiatedMs, abortIncompleteDays, nowMs),
  )
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
