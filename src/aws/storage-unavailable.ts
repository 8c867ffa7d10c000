/**
 * The error when S3 gave no usable response after all tries.
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
