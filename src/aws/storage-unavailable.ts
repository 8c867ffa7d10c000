/**
 * A service that gave no usable answer, after all tries.
 *
 * This room knows nothing of uploads: the signer turns it into the `UploadError` of the same code.
 *
 * @module
 */

/** `CLOCK_SKEWED`: the storage and this machine disagree about the time. */
export type UnavailableCode = 'STORAGE_UNAVAILABLE' | 'CLOCK_SKEWED'

/** S3 could not be reached, stayed out of order, or there was no time left to ask it again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  readonly code: UnavailableCode

  constructor(code: UnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
