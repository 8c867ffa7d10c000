/**
 * What to do about a failure, as one table. Requests with bytes for S3 and calls to the signer have
 * a table each: the same code may mean different things to them.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'

/**
 * - `retry`: the same request again, after a while.
 * - `queue`: the same request again, soon: nothing has failed, others came first.
 * - `re-sign`: the request again with a fresh signature.
 * - `re-list`: it is not known what S3 has; ask, then send what is missing.
 * - `stored`: the object is there already, as the answer to an earlier attempt was lost; `complete`
 *   compares it.
 * - `give-up`: it would fail again.
 */
type Remedy = 'retry' | 'queue' | 're-sign' | 're-list' | 'stored' | 'give-up'

/** What to do about a failure, and how often. */
export interface Treatment {
  readonly remedy: Remedy
  /** Whether the request is made again by itself. */
  readonly isTriedAgain: boolean
  /** How often the request is made in all before the failure stands. */
  readonly attempts: number
}

/** As often as `retryForMs` allows. */
const MANY = Number.POSITIVE_INFINITY
/** Wrong bytes and wrong clocks do not get better with time. */
const FEW = 5
/** Retried, because a byte of the call may have changed on its way. */
const TWICE_MORE = 3
/** As many as files in a call: each call accepts some, so this is enough for the last one. */
const TURNS = 100

type Row = readonly [remedy: Remedy, attempts?: number]

/** Codes that are not named: `give-up`. */
const SENDING: Readonly<Partial<Record<UploadErrorCode, Row>>> = {
  NETWORK_FAILED: ['retry', MANY],
  STALLED: ['retry', MANY],
  STORAGE_UNAVAILABLE: ['retry', MANY],
  SIGNER_UNAVAILABLE: ['give-up'], // the call for a signature has been retried on its own
  CHECKSUM_MISMATCH: ['retry', FEW],
  POLICY_EXPIRED: ['re-sign', FEW],
  CREDENTIALS_EXPIRED: ['re-sign', FEW],
  CLOCK_SKEWED: ['re-sign', FEW],
  UPLOAD_NOT_FOUND: ['re-list'],
  OBJECT_EXISTS: ['stored'],
}

const CALLING: Readonly<Partial<Record<UploadErrorCode, Row>>> = {
  SIGNER_UNAVAILABLE: ['retry', MANY],
  STORAGE_UNAVAILABLE: ['retry', MANY],
  TOO_MANY_UPLOADS: ['queue', TURNS],
  REQUEST_TIMEOUT: ['retry', MANY],
  INTERNAL_ERROR: ['retry', FEW],
  CREDENTIALS_EXPIRED: ['retry', FEW],
  CLOCK_SKEWED: ['retry', FEW],
  POLICY_EXPIRED: ['retry', FEW],
  WAYBILL_INVALID: ['retry', TWICE_MORE],
  OBJECT_NOT_VERIFIED: ['retry', FEW], // arrival is about to judge it
  UPLOAD_INCOMPLETE: ['re-list'],
  UPLOAD_NOT_FOUND: ['re-list'],
}

/** @returns What to do when a request with bytes for S3 has failed. */
export function treatSending({ code }: UploadError): Treatment {
  return treatment(SENDING[code])
}

/**
 * @param renewsHeaders - Whether the call gets other headers when it is made again.
 * @returns What to do when a call to the signer has failed.
 */
export function treatCalling({ code }: UploadError, renewsHeaders = false): Treatment {
  // A token may have expired on the way; the next one is fresh.
  if (code === 'UNAUTHENTICATED' && renewsHeaders) return treatment(['retry', 2])
  return treatment(CALLING[code])
}

/**
 * @param isProven - Whether S3 itself answered, and not a proxy in between.
 * @returns What to do when a file was sent and there is no object.
 */
export function treatLost({ code }: UploadError, isProven: boolean): Treatment {
  return treatment(code === 'OBJECT_NOT_FOUND' && !isProven ? ['retry', MANY] : undefined)
}

/** @returns Whether S3's own list of parts may show the way out. */
export function needsList(error: unknown): boolean {
  return error instanceof UploadError && CALLING[error.code]?.[0] === 're-list'
}

/** Codes after which the upload can never be completed. */
const RUINED: ReadonlySet<UploadErrorCode> = new Set([
  'FILE_UNREADABLE',
  'CHECKSUM_MISMATCH',
  'UPLOAD_NOT_FOUND',
  'UPLOAD_INCOMPLETE',
  'OBJECT_NOT_FOUND',
  'OBJECT_MISMATCH',
  'OBJECT_EXISTS',
  'WAYBILL_INVALID',
  'WAYBILL_EXPIRED',
  'WAYBILL_NOT_YOURS',
  'PART_NUMBER_INVALID',
  'STORAGE_NOT_ALLOWED',
])

/** @returns Whether an upload that failed so can never be continued: its record is removed. */
export function isRuined(error: unknown): boolean {
  return error instanceof UploadError && RUINED.has(error.code)
}

/**
 * @returns Whether an upload that an earlier session began, and that fails so, is begun anew: it is
 * too old, was removed, belongs to another owner, or was of another file.
 */
export function isOutdated(error: unknown): boolean {
  return isRuined(error) && !(error instanceof UploadError && error.code === 'FILE_UNREADABLE')
}

/** Codes with which S3 says that it did not store the bytes. */
const REFUSALS: ReadonlySet<UploadErrorCode> = new Set([
  'POLICY_EXPIRED',
  'CREDENTIALS_EXPIRED',
  'CLOCK_SKEWED',
  'CHECKSUM_MISMATCH',
  'STORAGE_REFUSED',
])

/** @returns Whether an attempt that failed so has certainly stored nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UploadError && REFUSALS.has(error.code)
}

/** @returns Whether `complete` failed because there is no object, or can never succeed. */
export function isAbsent(error: unknown): boolean {
  return error instanceof UploadError && ABSENT.has(error.code)
}

const ABSENT: ReadonlySet<UploadErrorCode> = new Set([
  'OBJECT_NOT_FOUND',
  'WAYBILL_EXPIRED',
  'WAYBILL_INVALID',
])

function treatment([remedy, attempts = 1]: Row = ['give-up']): Treatment {
  const isTriedAgain = remedy === 'retry' || remedy === 're-sign' || remedy === 'queue'
  return { remedy, attempts, isTriedAgain }
}
