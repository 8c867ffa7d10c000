/**
 * What to do about each failure: one table for requests that send bytes to S3, one for calls to the
 * signer, because the same code can mean different things to them.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'

/**
 * - `retry`: repeat the request after a pause.
 * - `wait-turn`: repeat it soon; nothing has failed, but others came first.
 * - `re-sign`: repeat it with a fresh signature.
 * - `re-list`: it is unknown which parts S3 has; list them, then send the missing ones.
 * - `stored`: the object already exists, because the response to an earlier attempt was lost;
 *   `complete` checks the object.
 * - `give-up`: do not repeat the request, because it would fail again.
 */
type Remedy = 'retry' | 'wait-turn' | 're-sign' | 're-list' | 'stored' | 'give-up'

/** What to do about a failure, and how often. */
export interface Treatment {
  readonly remedy: Remedy
  /** Whether the same request is repeated. */
  readonly isTriedAgain: boolean
  /** Total number of attempts. */
  readonly attempts: number
}

/** Limited by `retryForMs` only. */
const MANY = Number.POSITIVE_INFINITY
/** For failures that do not pass with time, such as wrong bytes or a wrong clock. */
const FEW = 5
/** For failures that a damaged byte in the call may have caused. */
const TWICE_MORE = 3
/** As many as files in a call. Each call accepts some of them, so the last file gets its turn. */
const TURNS = 100

type Row = readonly [remedy: Remedy, attempts?: number]

/** All other codes: `give-up`. */
const SENDING: Readonly<Partial<Record<UploadErrorCode, Row>>> = {
  NETWORK_FAILED: ['retry', MANY],
  STALLED: ['retry', MANY],
  STORAGE_UNAVAILABLE: ['retry', MANY],
  SIGNER_UNAVAILABLE: ['give-up'], // the call for a signature has already been retried
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
  TOO_MANY_UPLOADS: ['wait-turn', TURNS],
  REQUEST_TIMEOUT: ['retry', MANY],
  INTERNAL_ERROR: ['retry', FEW],
  CREDENTIALS_EXPIRED: ['retry', FEW],
  CLOCK_SKEWED: ['retry', FEW],
  POLICY_EXPIRED: ['retry', FEW],
  WAYBILL_INVALID: ['retry', TWICE_MORE],
  OBJECT_NOT_VERIFIED: ['retry', FEW], // arrival is about to check the object
  UPLOAD_INCOMPLETE: ['re-list'],
  UPLOAD_NOT_FOUND: ['re-list'],
}

/** For requests that send bytes to S3. */
export function treatSending({ code }: UploadError): Treatment {
  return treatment(SENDING[code])
}

/**
 * For calls to the signer.
 *
 * @param renewsHeaders - Whether a repeated call has new headers.
 */
export function treatCalling({ code }: UploadError, renewsHeaders = false): Treatment {
  // The token may have just expired, and the next call has a fresh one.
  if (code === 'UNAUTHENTICATED' && renewsHeaders) return treatment(['retry', 2])
  return treatment(CALLING[code])
}

/**
 * For a file that was sent, but whose object does not exist.
 *
 * @param isProven - Whether the answer came from S3 itself, not from a proxy.
 */
export function treatLost({ code }: UploadError, isProven: boolean): Treatment {
  return treatment(code === 'OBJECT_NOT_FOUND' && !isProven ? ['retry', MANY] : undefined)
}

/** Whether S3's list of parts may resolve the failure. */
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

/** Whether an upload can never be resumed after this failure: its record is then removed. */
export function isRuined(error: unknown): boolean {
  return error instanceof UploadError && RUINED.has(error.code)
}

/**
 * Whether a resumed upload that fails like this must start over, because it is too old, was
 * removed, belongs to another owner, or was begun for another file.
 */
export function isOutdated(error: unknown): boolean {
  return isRuined(error) && !(error instanceof UploadError && error.code === 'FILE_UNREADABLE')
}

/** Codes that mean that S3 did not store the bytes. */
const REFUSALS: ReadonlySet<UploadErrorCode> = new Set([
  'POLICY_EXPIRED',
  'CREDENTIALS_EXPIRED',
  'CLOCK_SKEWED',
  'CHECKSUM_MISMATCH',
  'STORAGE_REFUSED',
])

/** Whether an attempt that failed like this has certainly stored nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UploadError && REFUSALS.has(error.code)
}

/** Whether `complete` failed because there is no object, or can never succeed. */
export function isAbsent(error: unknown): boolean {
  return error instanceof UploadError && ABSENT.has(error.code)
}

const ABSENT: ReadonlySet<UploadErrorCode> = new Set([
  'OBJECT_NOT_FOUND',
  'WAYBILL_EXPIRED',
  'WAYBILL_INVALID',
])

function treatment([remedy, attempts = 1]: Row = ['give-up']): Treatment {
  const isTriedAgain = remedy === 'retry' || remedy === 're-sign' || remedy === 'wait-turn'
  return { remedy, attempts, isTriedAgain }
}

/**
 * Distinguishes a signer's wrong clock from an upload that took too long, which S3 answers with the
 * same error.
 *
 * @param renewAt - When the signature is due to expire, in milliseconds on the client's clock.
 * @returns `CLOCK_SKEWED` if S3 took a fresh signature for an expired one; else the error itself.
 */
export function blameClock(error: unknown, renewAt: number, now: Date): unknown {
  const isExpired = error instanceof UploadError && error.code === 'POLICY_EXPIRED'
  if (!isExpired || now.getTime() >= renewAt) return error
  return new UploadError(
    'CLOCK_SKEWED',
    "the storage took a fresh signature for an expired one: set the signer's clock",
    { cause: error.cause },
  )
}
