/**
 * SHA-256 of a file that is too large for memory. Imported only when a rule demands one, with
 * `hash-wasm`.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'
import { readPieces } from './read-pieces.ts'

/**
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function sha256InPieces(file: Blob, signal: AbortSignal): Promise<Uint8Array> {
  const hasher = await createSHA256()
  hasher.init()
  await readPieces(file, signal, (bytes) => hasher.update(bytes))
  return hasher.digest('binary')
}
