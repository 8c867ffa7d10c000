/**
 * Defines how each failure is handled. There is one table for requests to S3 and one for calls to
 * the signer, because the same code can mean different things.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'

/**
 * - `retry`: repeat the request after a pause.
 * - `wait-turn`: repeat the request soon, because the signer accepted other files first.
 * - `re-sign`: repeat the request with a fresh signature.
 * - `re-list`: list the parts that S3 has, then send the missing ones.
 * - `stored`: call `complete`, because an earlier attempt stored the object and its response was
 *   lost.
 * - `give-up`: do not repeat the request, because it would fail again.
 */
type Remedy = 'retry' | 'wait-turn' | 're-sign' | 're-list' | 'stored' | 'give-up'

export interface Treatment {
  readonly remedy: Remedy
  readonly isTriedAgain: boolean
  /** Includes the first attempt. */
  readonly attempts: number
}

/** Limited only by `retryForMs`. */
const MANY = Number.POSITIVE_INFINITY
/** For failures that time does not fix, such as wrong bytes or a wrong clock. */
const FEW = 5
/** For failures that a damaged byte in the request may have caused. */
const TWICE_MORE = 3
/**
 * The number of files in a call. Each call accepts some of them, so the last file gets its turn.
 */
const TURNS = 100

type Row = readonly [remedy: Remedy, attempts?: number]

/** All other codes mean `give-up`. */
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
  CLOCK_SKEWED: ['retry', FEW],
  POLICY_EXPIRED: ['retry', FEW],
  WAYBILL_INVALID: ['retry', TWICE_MORE],
  OBJECT_NOT_VERIFIED: ['retry', FEW], // the arrival check has not finished yet
  UPLOAD_INCOMPLETE: ['re-list'],
  UPLOAD_NOT_FOUND: ['re-list'],
}

export function treatSending({ code }: UploadError): Treatment {
  return treatment(SENDING[code])
}

/** @param renewsHeaders - Whether a repeated call may have different headers. */
export function treatCalling({ code }: UploadError, renewsHeaders = false): Treatment {
  // The token may have just expired, and the next call gets a fresh one.
  if (code === 'UNAUTHENTICATED' && renewsHeaders) return treatment(['retry', 2])
  return treatment(CALLING[code])
}

/**
 * Handles a file that was sent but whose object does not exist.
 *
 * @param isProven - Whether the response had an ETag. A proxy's page can have one too, but if S3
 *   stored the object, somebody has removed it, and would do so again.
 */
export function treatLost({ code }: UploadError, isProven: boolean): Treatment {
  return treatment(code === 'OBJECT_NOT_FOUND' ? ['retry', isProven ? 2 : MANY] : undefined)
}

/** Whether S3's list of parts can resolve the failure. */
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

export function isRuined(error: unknown): boolean {
  return error instanceof UploadError && RUINED.has(error.code)
}

/**
 * Whether a resumed upload must start over after this failure, because it is too old, was removed,
 * has another owner, or belongs to a different file.
 */
export function isOutdated(error: unknown): boolean {
  return isRuined(error) && !(error instanceof UploadError && error.code === 'FILE_UNREADABLE')
}

/** These codes mean that S3 has not stored the bytes. */
const REFUSALS: ReadonlySet<UploadErrorCode> = new Set([
  'POLICY_EXPIRED',
  'CREDENTIALS_EXPIRED',
  'CLOCK_SKEWED',
  'CHECKSUM_MISMATCH',
  'STORAGE_REFUSED',
])

export function isRefusal(error: unknown): boolean {
  return error instanceof UploadError && REFUSALS.has(error.code)
}

/** Whether `complete` failed because the object does not exist or its waybill is not valid. */
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
 * Tells a wrong signer clock apart from an upload that took too long. S3 responds to both with the
 * same error.
 *
 * @param renewAt - When the signature has to be renewed, in milliseconds on the client's clock.
 * @returns `CLOCK_SKEWED` if S3 rejected a fresh signature as expired. Otherwise, the error itself.
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
