/**
 * What a lock protects a version of an object from, and for how long.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 * @module
 */

import { S3Error } from 'waybill-s3'

const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const
export type LockMode = (typeof LOCK_MODES)[number]

export interface Retention {
  readonly mode: LockMode
  /** Milliseconds since 1970. From this instant on, the version can be deleted. */
  readonly untilMs: number
}

export interface DefaultRetention {
  readonly mode: LockMode
  readonly unit: 'Days' | 'Years'
  readonly count: number
}

export interface BucketLock {
  readonly defaultRetention?: DefaultRetention
}

export interface ObjectLock {
  readonly retention?: Retention
  /** Not set until a legal hold is first placed or released. */
  readonly legalHold?: boolean
}

export function isLockMode(text: string | undefined): text is LockMode {
  return LOCK_MODES.some((each) => each === text)
}

const DAY_MS = 86_400_000
/** AWS does not document whether it counts leap days. */
const YEAR_MS = 365 * DAY_MS

export function retentionFrom(
  { mode, unit, count }: DefaultRetention,
  createdMs: number,
): Retention {
  return { mode, untilMs: createdMs + count * (unit === 'Days' ? DAY_MS : YEAR_MS) }
}

/** @param bypass - Whether the requester may bypass governance mode and asked for it. */
export function isLocked(
  { retention, legalHold }: ObjectLock,
  nowMs: number,
  bypass = false,
): boolean {
  return legalHold === true || isRetained(retention, nowMs, bypass)
}

function isRetained(retention: Retention | undefined, nowMs: number, bypass: boolean): boolean {
  if (!retention || retention.untilMs <= nowMs) return false
  return !(bypass && retention.mode === 'GOVERNANCE')
}

/** @throws {S3Error} `AccessDenied` */
export function refuseLocked(lock: ObjectLock, nowMs: number, bypass = false): void {
  if (isLocked(lock, nowMs, bypass)) throw protectedByLock()
}

/**
 * A period can always be extended. Until it has ended, anything else needs a bypass in governance
 * mode and is impossible in compliance mode.
 *
 * @param wanted - `undefined` to remove the retention.
 * @throws {S3Error} `AccessDenied`
 */
export function checkNewRetention(
  current: Retention | undefined,
  wanted: Retention | undefined,
  nowMs: number,
  bypass: boolean,
): void {
  if (!current || !isRetained(current, nowMs, bypass)) return
  if (wanted?.mode === current.mode && wanted.untilMs >= current.untilMs) return
  throw protectedByLock()
}

function protectedByLock(): S3Error {
  return new S3Error('AccessDenied', 'Access Denied because object protected by object lock.')
}

/** @throws {S3Error} `InvalidBucketState` */
export function checkVersioningCanChange(lock: BucketLock | undefined, status: string): void {
  if (!lock || status === 'Enabled') return
  throw invalidBucketState(
    'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  )
}

export function invalidBucketState(message: string): S3Error {
  return new S3Error('InvalidBucketState', message, {}, 409)
}
