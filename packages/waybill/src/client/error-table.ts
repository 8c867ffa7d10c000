/**
 * What the client does about each error code. Everything it decides by a code derives from this
 * table, except for `whose` and `retryable` in `protocol/upload-error.ts`.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../protocol/upload-error.ts'

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

/** How often to try includes the first attempt. */
type Handling = readonly [remedy: Remedy, attempts?: number]

/** The server that a request needs. */
export type Side = 'signer' | 'storage'

interface Row {
  /** After a request to S3. @default give up */
  readonly sending?: Handling
  /** After a call to the signer, where the same code can mean something else. @default give up */
  readonly calling?: Handling
  /** The server that no request gets through to. Other failures affect only a single request. */
  readonly down?: Side
  /** What S3's failure says about the connection. @default nothing */
  readonly connection?: 'failed' | 'slow-down'
  /** S3 has not stored the bytes of this request. */
  readonly isRefusal?: true
  /**
   * Why the upload can never be completed: its file cannot be read, its object does not exist or its
   * waybill is not valid (`absent`), or another reason.
   */
  readonly ruin?: 'unreadable' | 'absent' | 'other'
  /** Whether a call may succeed for another caller, or after signing in. */
  readonly isCallers?: true
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

/** All other codes mean that the request is given up, and nothing else. */
const TABLE: Readonly<Partial<Record<UploadErrorCode, Row>>> = {
  // The network and the servers
  NETWORK_FAILED: { sending: ['retry', MANY], down: 'storage', connection: 'failed' },
  STALLED: { sending: ['retry', MANY], down: 'storage', connection: 'failed' },
  STORAGE_UNAVAILABLE: {
    sending: ['retry', MANY],
    calling: ['retry', MANY],
    down: 'storage',
    connection: 'slow-down',
  },
  // While sending, the call for a signature has already been retried.
  SIGNER_UNAVAILABLE: { calling: ['retry', MANY], down: 'signer' },
  REQUEST_TIMEOUT: { calling: ['retry', MANY] },
  INTERNAL_ERROR: { calling: ['retry', FEW] },
  // The signature
  POLICY_EXPIRED: { sending: ['re-sign', FEW], calling: ['retry', FEW], isRefusal: true },
  CREDENTIALS_EXPIRED: { sending: ['re-sign', FEW], isRefusal: true },
  CLOCK_SKEWED: { sending: ['re-sign', FEW], calling: ['retry', FEW], isRefusal: true },
  // The bytes
  CHECKSUM_MISMATCH: { sending: ['retry', FEW], isRefusal: true, ruin: 'other' },
  FILE_TOO_LARGE: { isRefusal: true },
  FILE_TOO_SMALL: { isRefusal: true },
  FILE_UNREADABLE: { ruin: 'unreadable' },
  STORAGE_REFUSED: { isRefusal: true },
  STORAGE_NOT_ALLOWED: { ruin: 'other' },
  // The state of the upload in S3
  UPLOAD_NOT_FOUND: { sending: ['re-list'], calling: ['re-list'], ruin: 'other' },
  UPLOAD_INCOMPLETE: { calling: ['re-list'], ruin: 'other' },
  PART_NUMBER_INVALID: { ruin: 'other' },
  OBJECT_EXISTS: { sending: ['stored'], ruin: 'other' },
  OBJECT_NOT_FOUND: { ruin: 'absent' },
  OBJECT_MISMATCH: { ruin: 'other' },
  OBJECT_NOT_VERIFIED: { calling: ['retry', FEW] }, // the arrival check has not finished yet
  // The waybill and the caller
  WAYBILL_INVALID: { calling: ['retry', TWICE_MORE], ruin: 'absent' },
  WAYBILL_EXPIRED: { ruin: 'absent' },
  WAYBILL_NOT_YOURS: { ruin: 'other' },
  TOO_MANY_UPLOADS: { calling: ['wait-turn', TURNS] },
  UNAUTHENTICATED: { isCallers: true },
  FORBIDDEN: { isCallers: true },
}

function rowOf(error: unknown): Row {
  return (error instanceof UploadError && TABLE[error.code]) || {}
}

export interface Treatment {
  readonly remedy: Remedy
  readonly isTriedAgain: boolean
  /** Includes the first attempt. */
  readonly attempts: number
}

function treatment([remedy, attempts = 1]: Handling = ['give-up']): Treatment {
  const isTriedAgain = remedy === 'retry' || remedy === 're-sign' || remedy === 'wait-turn'
  return { remedy, attempts, isTriedAgain }
}

export function treatSending(error: UploadError): Treatment {
  return treatment(rowOf(error).sending)
}

/** @param renewsHeaders - Whether a repeated call may have different headers. */
export function treatCalling(error: UploadError, renewsHeaders = false): Treatment {
  // The token may have just expired, and the next call gets a fresh one.
  if (error.code === 'UNAUTHENTICATED' && renewsHeaders) return treatment(['retry', 2])
  return treatment(rowOf(error).calling)
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
  return rowOf(error).calling?.[0] === 're-list'
}

/** The server that is down, if no request gets through to it. */
export function downSide(error: UploadError): Side | undefined {
  return rowOf(error).down
}

/** What a failed request says about its connection. */
export function connectionOutcome(error: UploadError): 'failed' | 'slow-down' | 'unused' {
  return rowOf(error).connection ?? 'unused'
}

/** Whether S3 has not stored the bytes. */
export function isRefusal(error: unknown): boolean {
  return rowOf(error).isRefusal ?? false
}

/** Whether the upload can never be completed. */
export function isRuined(error: unknown): boolean {
  return rowOf(error).ruin !== undefined
}

/**
 * Whether a resumed upload must start over after this failure, because it is too old, was removed,
 * has another owner, or belongs to a different file.
 */
export function isOutdated(error: unknown): boolean {
  return isRuined(error) && rowOf(error).ruin !== 'unreadable'
}

/** Whether `complete` failed because the object does not exist or its waybill is not valid. */
export function isAbsent(error: unknown): boolean {
  return rowOf(error).ruin === 'absent'
}

/** Whether a call that failed may succeed later, perhaps for another caller. */
export function mayPass(error: UploadError): boolean {
  return error.retryable || (rowOf(error).isCallers ?? false)
}

/** Whether a request may succeed later that got a response with this HTTP status. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425
}

/**
 * Tells a wrong signer clock apart from an upload that took too long. S3 responds to both with the
 * same error.
 *
 * @param renewAt - When the signature has to be renewed, in milliseconds on the client's clock.
 * @returns `CLOCK_SKEWED` if S3 rejected a fresh signature as expired. Otherwise, the error itself.
 */
export function asClockSkew(error: unknown, renewAt: number, now: Date): unknown {
  const isExpired = error instanceof UploadError && error.code === 'POLICY_EXPIRED'
  if (!isExpired || now.getTime() >= renewAt) return error
  return new UploadError(
    'CLOCK_SKEWED',
    "the storage took a fresh signature for an expired one: set the signer's clock",
    { cause: error.cause },
  )
}
