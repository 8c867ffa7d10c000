/**
 * Errors for missing or unusable responses from S3. The signer converts them to an `UploadError`
 * with the same code.
 *
 * @module
 */

/** `CLOCK_SKEWED` means that the storage's clock and ours differ too much. */
export type UnavailableCode = 'STORAGE_UNAVAILABLE' | 'CLOCK_SKEWED'

/** S3 could not be reached or kept failing, or there was no time left for another attempt. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  readonly code: UnavailableCode

  constructor(code: UnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * `fetch` got no complete response. Its own message is dropped because runtimes put URLs into it.
 * Only the URL's origin is kept, which clients also get with every signature.
 */
export class NoResponse extends Error {
  override readonly name = 'NoResponse'
  /** Without the reason, which only the operator gets. */
  readonly finding: string

  constructor(url: string, cause: unknown) {
    const reason = reasonOf(cause) ?? 'unknown'
    super(reason, { cause })
    const hint =
      reason === 'ECONNREFUSED'
        ? " (is it running? If it is, check the signer's endpoint option)"
        : ''
    this.finding = `${new URL(url).origin} did not respond${hint}`
  }
}

/** A response without what S3's has, so that something else sent it, or S3 to another call. */
export class ForeignResponse extends Error {
  override readonly name = 'ForeignResponse'

  constructor(url: string, status: number) {
    super(
      `${new URL(url).origin} responded with ${status}: not an S3 response. Check the signer's endpoint option, and any proxy or network login in between`,
    )
  }
}

/**
 * Returns the innermost cause, such as `ECONNREFUSED`. The depth is limited because an error may be
 * its own cause.
 */
function reasonOf(error: unknown, depth = 9): string | undefined {
  if (!(error instanceof Error && depth)) return undefined
  // A `DOMException`'s code is a number.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return reasonOf(error.cause, depth - 1) ?? code
}
