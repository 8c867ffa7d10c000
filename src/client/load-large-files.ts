/**
 * Loads the chunk for large files, once.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'

/** @throws {UploadError} `NETWORK_FAILED` when the page's own server does not give the chunk. */
export async function loadLargeFiles(): Promise<typeof import('./large-files.ts')> {
  try {
    return await import('./large-files.ts')
  } catch (cause) {
    throw new UploadError('NETWORK_FAILED', 'the code for large files could not be loaded', {
      cause,
    })
  }
}
