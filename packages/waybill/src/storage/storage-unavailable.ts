/**
 * The errors for missing or unusable responses from S3: of one attempt, and after all attempts.
 *
 * This room knows nothing about uploads: the signer converts them to an `UploadError` with the same
 * code.
 *
 * @module
 */

/** `CLOCK_SKEWED`: the clocks of the storage and this machine differ too much. */
export type UnavailableCode = 'STORAGE_UNAVAILABLE' | 'CLOCK_SKEWED'

/** S3 could not be reached, kept failing, or there was no time left for another attempt. */
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
 * Only the URL's origin is kept, and clients get neither.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(url: string, cause: unknown) {
    super(`no answer from ${new URL(url).origin}: ${reasonOf(cause) ?? 'unknown'}`, { cause })
  }
}

/** Returns the innermost cause: `ECONNREFUSED`, `TimeoutError`. An error may be its own cause. */
function reasonOf(error: unknown, depth = 9): string | undefined {
  if (!(error instanceof Error && depth)) return undefined
  // The code of a `DOMException` is a number.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return reasonOf(error.cause, depth - 1) ?? code
}
