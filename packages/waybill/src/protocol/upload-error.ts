/**
 * The error codes are a contract: they are stable, appear on the wire as `{ "error": { "code",
 * "message", "id", "details"? } }`, and are explained in docs/reference/errors.md.
 *
 * @module
 */

/**
 * `status` is the HTTP status of the signer's response, or 0 if the error never appears on the
 * wire. `retryable` is whether repeating the call may succeed.
 */
const ERRORS = {
  // The call to the signer
  REQUEST_INVALID: { status: 400, retryable: false },
  REQUEST_TOO_LARGE: { status: 413, retryable: false },
  REQUEST_TIMEOUT: { status: 408, retryable: true },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  RULE_UNKNOWN: { status: 404, retryable: false },
  FORM_NOT_ALLOWED: { status: 403, retryable: false },
  READ_NOT_ALLOWED: { status: 403, retryable: false },
  REMOVE_NOT_ALLOWED: { status: 403, retryable: false },
  ORIGIN_NOT_ALLOWED: { status: 403, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  // The file and its rule
  FILE_TOO_LARGE: { status: 413, retryable: false },
  FILE_TOO_SMALL: { status: 400, retryable: false },
  FILE_TYPE_NOT_ALLOWED: { status: 415, retryable: false },
  FILE_NAME_INVALID: { status: 400, retryable: false },
  FILE_REFUSED: { status: 422, retryable: false },
  TOO_MANY_FILES: { status: 0, retryable: false },
  PREPARE_FAILED: { status: 0, retryable: false },
  CHECKSUM_REQUIRED: { status: 400, retryable: false },
  TOO_MANY_UPLOADS: { status: 429, retryable: true }, // retry in another call
  QUOTA_EXCEEDED: { status: 429, retryable: true }, // retry in the next period
  // The waybill, when presented again
  WAYBILL_INVALID: { status: 400, retryable: false },
  WAYBILL_EXPIRED: { status: 410, retryable: false },
  WAYBILL_NOT_YOURS: { status: 403, retryable: false },
  // The state of the upload in S3
  PART_NUMBER_INVALID: { status: 400, retryable: false },
  UPLOAD_NOT_FOUND: { status: 404, retryable: false },
  UPLOAD_INCOMPLETE: { status: 409, retryable: false },
  OBJECT_NOT_FOUND: { status: 404, retryable: false },
  OBJECT_MISMATCH: { status: 409, retryable: false },
  OBJECT_EXISTS: { status: 409, retryable: false },
  OBJECT_NOT_VERIFIED: { status: 409, retryable: true }, // until the arrival handler checks it
  OBJECT_REJECTED: { status: 403, retryable: false },
  OBJECT_HELD: { status: 409, retryable: false },
  CHECKSUM_MISMATCH: { status: 422, retryable: false },
  // The receipt of a stored object, submitted to the application
  RECEIPT_INVALID: { status: 400, retryable: false },
  RECEIPT_EXPIRED: { status: 410, retryable: false },
  RECEIPT_OWNER: { status: 403, retryable: false },
  // S3's response to the bytes
  POLICY_EXPIRED: { status: 403, retryable: true }, // the signer can sign again
  CREDENTIALS_EXPIRED: { status: 403, retryable: true },
  CLOCK_SKEWED: { status: 403, retryable: true },
  STORAGE_CORS_MISSING: { status: 0, retryable: false },
  STORAGE_REFUSED: { status: 403, retryable: false },
  STORAGE_NOT_ALLOWED: { status: 0, retryable: false },
  STORAGE_UNAVAILABLE: { status: 503, retryable: true },
  // The network and the browser
  ADDRESS_BLOCKED: { status: 0, retryable: false },
  NETWORK_FAILED: { status: 0, retryable: true },
  STALLED: { status: 0, retryable: true },
  SIGNER_UNAVAILABLE: { status: 503, retryable: true },
  RESPONSE_INVALID: { status: 502, retryable: false },
  FILE_UNREADABLE: { status: 0, retryable: false },
  PAGE_OUTDATED: { status: 0, retryable: false },
  ABORTED: { status: 0, retryable: false },
  INTERNAL_ERROR: { status: 500, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>

/** The values that a page needs to write its own error message. */
export interface ErrorDetails {
  /** The value received: a size in bytes, or a content type. */
  readonly actual?: string | number
  /** The allowed value: the maximum or minimum size in bytes, or the content types. */
  readonly allowed?: string | number | readonly string[]
  /** How long to wait before retrying. For `QUOTA_EXCEEDED`, until the next period begins. */
  readonly retryAfterSeconds?: number
}

/** An error code; docs/reference/errors.md explains all of them. */
export type UploadErrorCode = keyof typeof ERRORS

/** All codes, in the order of docs/reference/errors.md. */
export const UPLOAD_ERROR_CODES = /* @__PURE__ */ Object.keys(ERRORS).filter(isUploadErrorCode)

interface UploadErrorOptions {
  readonly cause?: unknown
  readonly details?: ErrorDetails
  readonly id?: string
}

/**
 * A failed upload.
 *
 * The message starts in lower case and contains the received value and what is allowed. It never
 * contains a credential, signature, presigned URL or policy. If S3 returned an error, it is the
 * `cause`.
 *
 * @example
 * ```ts
 * const authorize = async (request: SignerRequest) => {
 *   const user = await userOf(request.headers.cookie)
 *   if (user?.suspended) throw new UploadError('FORBIDDEN', 'this account is suspended')
 *   return user ? { owner: user.id } : false
 * }
 * ```
 */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly code: UploadErrorCode
  /** Present if a file was refused because of its size or type, a quota, or the number of files. */
  declare readonly details?: ErrorDetails
  /**
   * Identifies the failure in the logs. It is the call's id if the signer rejected the call, or
   * S3's request id if S3 rejected the request. Missing if neither responded.
   */
  declare readonly id?: string

  constructor(code: UploadErrorCode, message: string, options: UploadErrorOptions = {}) {
    super(message, options)
    this.code = code
    if (options.details) this.details = options.details
    if (options.id) this.id = options.id
  }

  /** HTTP status of the signer's response; 0 if the error never appears on the wire. */
  get status(): number {
    return ERRORS[this.code].status
  }

  /** Whether repeating the same call may succeed. */
  get retryable(): boolean {
    return ERRORS[this.code].retryable
  }

  /** Returns the error as it appears on the wire. */
  toJSON(): {
    error: { code: UploadErrorCode; message: string; id?: string; details?: ErrorDetails }
  } {
    const { code, message, id, details } = this
    return { error: { code, message, ...(id ? { id } : {}), ...(details ? { details } : {}) } }
  }
}

/** Returns whether a value is an error code that this version of Waybill knows. */
export function isUploadErrorCode(code: unknown): code is UploadErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}
