/**
 * Makes an `UploadError` of any thrown value.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/** What is no `UploadError` is a fault of ours or of an effect that was given. */
export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('INTERNAL_ERROR', 'the client failed, not the signer: see cause', {
    cause: thrown,
  })
}
