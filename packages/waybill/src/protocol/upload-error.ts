/**
 * The error codes are a contract: they are stable, appear on the wire as `{ "error": { "code",
 * "message", "id", "details"? } }`, and are explained in docs/reference/errors.md.
 *
 * @module
 */

/**
 * `status` is the HTTP status of the signer's response, or 0 if the error never appears on the
 * wire. `retryable` is whether repeating the call may succeed. `whose` is what has to change: the
 * file, the site (its page, signer, storage or network), or nothing but this upload.
 */
const ERRORS = {
  // The call to the signer
  REQUEST_INVALID: { status: 400, retryable: false, whose: 'site' },
  REQUEST_TOO_LARGE: { status: 413, retryable: false, whose: 'site' },
  REQUEST_TIMEOUT: { status: 408, retryable: true, whose: 'site' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, whose: 'site' },
  NOT_FOUND: { status: 404, retryable: false, whose: 'site' },
  RULE_UNKNOWN: { status: 404, retryable: false, whose: 'site' },
  FORM_NOT_ALLOWED: { status: 403, retryable: false, whose: 'upload' },
  READ_NOT_ALLOWED: { status: 403, retryable: false, whose: 'upload' },
  REMOVE_NOT_ALLOWED: { status: 403, retryable: false, whose: 'upload' },
  ORIGIN_NOT_ALLOWED: { status: 403, retryable: false, whose: 'site' },
  UNAUTHENTICATED: { status: 401, retryable: false, whose: 'site' },
  FORBIDDEN: { status: 403, retryable: false, whose: 'upload' },
  // The file and its rule
  FILE_TOO_LARGE: { status: 413, retryable: false, whose: 'file' },
  FILE_TOO_SMALL: { status: 400, retryable: false, whose: 'file' },
  FILE_TYPE_NOT_ALLOWED: { status: 415, retryable: false, whose: 'file' },
  FILE_NAME_INVALID: { status: 400, retryable: false, whose: 'file' },
  FILE_REFUSED: { status: 422, retryable: false, whose: 'file' },
  TOO_MANY_FILES: { status: 0, retryable: false, whose: 'upload' },
  PREPARE_FAILED: { status: 0, retryable: false, whose: 'upload' },
  CHECKSUM_REQUIRED: { status: 400, retryable: false, whose: 'site' },
  TOO_MANY_UPLOADS: { status: 429, retryable: true, whose: 'upload' }, // retry in another call
  QUOTA_EXCEEDED: { status: 429, retryable: true, whose: 'upload' }, // retry in the next period
  // The waybill, when presented again
  WAYBILL_INVALID: { status: 400, retryable: false, whose: 'site' },
  WAYBILL_EXPIRED: { status: 410, retryable: false, whose: 'upload' },
  WAYBILL_NOT_YOURS: { status: 403, retryable: false, whose: 'upload' },
  // The state of the upload in S3
  PART_NUMBER_INVALID: { status: 400, retryable: false, whose: 'upload' },
  UPLOAD_NOT_FOUND: { status: 404, retryable: false, whose: 'upload' },
  UPLOAD_INCOMPLETE: { status: 409, retryable: false, whose: 'upload' },
  OBJECT_NOT_FOUND: { status: 404, retryable: false, whose: 'upload' },
  OBJECT_MISMATCH: { status: 409, retryable: false, whose: 'upload' },
  OBJECT_EXISTS: { status: 409, retryable: false, whose: 'upload' },
  OBJECT_NOT_VERIFIED: { status: 409, retryable: true, whose: 'upload' }, // until the arrival handler checks it
  OBJECT_REJECTED: { status: 403, retryable: false, whose: 'upload' },
  OBJECT_HELD: { status: 409, retryable: false, whose: 'upload' },
  CHECKSUM_MISMATCH: { status: 422, retryable: false, whose: 'upload' },
  // The receipt of a stored object, submitted to the application
  RECEIPT_INVALID: { status: 400, retryable: false, whose: 'upload' },
  RECEIPT_EXPIRED: { status: 410, retryable: false, whose: 'upload' },
  RECEIPT_OWNER: { status: 403, retryable: false, whose: 'upload' },
  // S3's response to the bytes
  POLICY_EXPIRED: { status: 403, retryable: true, whose: 'site' }, // the signer can sign again
  CREDENTIALS_EXPIRED: { status: 403, retryable: true, whose: 'site' },
  CLOCK_SKEWED: { status: 403, retryable: true, whose: 'site' },
  STORAGE_CORS_MISSING: { status: 0, retryable: false, whose: 'site' },
  STORAGE_REFUSED: { status: 403, retryable: false, whose: 'site' },
  STORAGE_NOT_ALLOWED: { status: 0, retryable: false, whose: 'site' },
  STORAGE_UNAVAILABLE: { status: 503, retryable: true, whose: 'site' },
  // The network and the browser
  ADDRESS_BLOCKED: { status: 0, retryable: false, whose: 'site' },
  NETWORK_FAILED: { status: 0, retryable: true, whose: 'site' },
  STALLED: { status: 0, retryable: true, whose: 'upload' },
  SIGNER_UNAVAILABLE: { status: 503, retryable: true, whose: 'site' },
  RESPONSE_INVALID: { status: 502, retryable: false, whose: 'site' },
  FILE_UNREADABLE: { status: 0, retryable: false, whose: 'upload' },
  PAGE_OUTDATED: { status: 0, retryable: false, whose: 'site' },
  ABORTED: { status: 0, retryable: false, whose: 'upload' },
  INTERNAL_ERROR: { status: 500, retryable: true, whose: 'site' },
} as const satisfies Record<
  string,
  { status: number; retryable: boolean; whose: 'file' | 'site' | 'upload' }
>

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

/**
 * Returns what has to change before the upload can succeed: the file, which would be refused again,
 * the site, whose developers should know, or nothing but this upload.
 */
export function whose({ code }: UploadError): 'file' | 'site' | 'upload' {
  return ERRORS[code].whose
}

/** Returns whether a value is an error code that this version of Waybill knows. */
export function isUploadErrorCode(code: unknown): code is UploadErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}
