/**
 * The failure of a file that changed under an upload.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/** Makes the failure of a file that was moved, changed or locked after it was chosen. */
export function unreadable(cause: unknown): UploadError {
  return new UploadError('FILE_UNREADABLE', 'the file changed or cannot be read any more', {
    cause,
  })
}
