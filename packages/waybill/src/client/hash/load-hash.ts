/**
 * Loads the chunk of a hash that most pages do not need.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/** A SHA-256 of bytes that come in pieces. */
export interface RunningSha256 {
  readonly update: (bytes: Uint8Array) => void
  readonly digest: () => Uint8Array
}

/** @throws {UploadError} `NETWORK_FAILED` when the page's own server does not give the chunk. */
export async function loadHash<Chunk>(load: () => Promise<Chunk>): Promise<Chunk> {
  try {
    return await load()
  } catch (cause) {
    throw new UploadError('NETWORK_FAILED', 'the code for checksums could not be loaded', { cause })
  }
}
