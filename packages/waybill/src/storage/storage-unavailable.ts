/**
 * The errors when S3 gave no usable response: to one try, and after all tries.
 *
 * This room does not know uploads: the signer turns it into the `UploadError` with the same code.
 *
 * @module
 */

/** `CLOCK_SKEWED`: the clocks of the storage and of this machine differ too much. */
export type UnavailableCode = 'STORAGE_UNAVAILABLE' | 'CLOCK_SKEWED'

/** S3 could not be reached, kept failing, or there was no time left to try again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  readonly code: UnavailableCode

  constructor(code: UnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * `fetch` got no complete response. Its message is not shown: runtimes put URLs into it. Of the URL
 * only the origin is, and clients get neither.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(url: string, cause: unknown) {
    super(`no answer from ${new URL(url).origin}: ${reasonOf(cause) ?? 'unknown'}`, { cause })
  }
}

/** Names the innermost cause: `ECONNREFUSED`, `TimeoutError`. An error may be its own. */
function reasonOf(error: unknown, depth = 9): string | undefined {
  if (!(error instanceof Error && depth)) return undefined
  // The code of a `DOMException` is a number.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return reasonOf(error.cause, depth - 1) ?? code
}
