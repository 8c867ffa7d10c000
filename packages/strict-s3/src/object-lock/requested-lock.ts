/**
 * The headers of Object Lock in requests and responses.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { ChecksumDemand } from '../checksums/checksum-demand.ts'
import { type BucketLock, isLockMode, type ObjectLock, type Retention } from './object-lock.ts'

export type Values = Readonly<Record<string, string>>

export const MODE_HEADER = 'x-amz-object-lock-mode'
export const UNTIL_HEADER = 'x-amz-object-lock-retain-until-date'
export const LEGAL_HOLD_HEADER = 'x-amz-object-lock-legal-hold'

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `InvalidArgument`, or `InvalidRequest` if the bucket has no Object Lock.
 */
export function requestedLock(
  values: Values,
  bucketLock: BucketLock | undefined,
  now: Date,
): ObjectLock {
  const named = [MODE_HEADER, UNTIL_HEADER, LEGAL_HOLD_HEADER].some((name) => name in values)
  if (!named) return {}
  if (!bucketLock) {
    throw new S3Error('InvalidRequest', 'Bucket is missing ObjectLockConfiguration')
  }
  return { ...requestedRetention(values, now), ...requestedHold(values) }
}

function requestedRetention(values: Values, now: Date): { retention?: Retention } {
  const mode = values[MODE_HEADER]
  const until = values[UNTIL_HEADER]
  if (mode === undefined && until === undefined) return {}
  if (mode === undefined || until === undefined) {
    throw invalid(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? MODE_HEADER : UNTIL_HEADER,
    )
  }
  if (!isLockMode(mode)) throw invalid('Unknown wormMode directive.', MODE_HEADER, mode)
  const untilMs = parseIsoDate(until)
  if (untilMs === undefined) {
    throw invalid('The retain until date must be provided in ISO 8601 format', UNTIL_HEADER, until)
  }
  checkInFuture(untilMs, now, UNTIL_HEADER, until)
  return { retention: { mode, untilMs } }
}

function requestedHold(values: Values): { legalHold?: boolean } {
  const status = values[LEGAL_HOLD_HEADER]
  if (status === undefined) return {}
  if (status === 'ON' || status === 'OFF') return { legalHold: status === 'ON' }
  throw invalid("Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD_HEADER, status)
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))?$/

/** @returns Milliseconds since 1970, or `undefined` if the text is not an ISO 8601 date. */
export function parseIsoDate(text: string): number | undefined {
  const ms = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** @throws {S3Error} `InvalidArgument` */
export function checkInFuture(untilMs: number, now: Date, name: string, value: string): void {
  if (untilMs > now.getTime()) return
  throw invalid('The retain until date must be in the future!', name, value)
}

function invalid(message: string, name: string, value?: string): S3Error {
  const detail = value === undefined ? {} : { ArgumentValue: value }
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ...detail })
}

/**
 * @param lock - The lock that the request asks for, or that the upload was created with.
 * @throws {S3Error} `InvalidRequest` if the object will be locked, also by the bucket's default,
 *   and the request has no digest of the body.
 */
export function requireDigest(
  what: 'Object' | 'Part',
  { md5, algorithm }: ChecksumDemand,
  { retention, legalHold }: ObjectLock,
  bucketLock: BucketLock | undefined,
): void {
  if (md5 !== undefined || algorithm !== undefined) return
  if (!retention && legalHold === undefined && !bucketLock?.defaultRetention) return
  throw new S3Error(
    'InvalidRequest',
    `Content-MD5 OR x-amz-checksum- HTTP header is required for Put ${what} requests with Object Lock parameters`,
  )
}

const BYPASS_HEADER = 'x-amz-bypass-governance-retention'

/** Returns whether the request asks to bypass governance mode. Check the permission too. */
export function asksForBypass(values: Values): boolean {
  return values[BYPASS_HEADER]?.toLowerCase() === 'true'
}

/**
 * For deletions. Even the value `false` needs a bucket with Object Lock.
 *
 * @throws {S3Error} `InvalidArgument`
 */
export function refuseNeedlessBypass(values: Values, bucketLock: BucketLock | undefined): void {
  if (bucketLock || values[BYPASS_HEADER] === undefined) return
  throw invalid(
    `${BYPASS_HEADER} is only applicable to Object Lock enabled buckets.`,
    BYPASS_HEADER,
  )
}

export function retentionHeaders({ retention }: ObjectLock): Record<string, string> {
  if (!retention) return {}
  return {
    [MODE_HEADER]: retention.mode,
    [UNTIL_HEADER]: new Date(retention.untilMs).toISOString(),
  }
}

export function holdHeaders({ legalHold }: ObjectLock): Record<string, string> {
  return legalHold === undefined ? {} : { [LEGAL_HOLD_HEADER]: legalHold ? 'ON' : 'OFF' }
}
