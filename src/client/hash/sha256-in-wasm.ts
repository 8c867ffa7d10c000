/**
 * SHA-256 with `hash-wasm`, for files that are too large for memory. Imported only when a rule
 * demands their hash, and WebAssembly may be compiled.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'
import { readPieces } from './read-pieces.ts'

/**
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function sha256InWasm(file: Blob, signal?: AbortSignal): Promise<Uint8Array> {
  const hash = await createSHA256()
  hash.init()
  await readPieces(file, signal, (bytes) => hash.update(bytes))
  return hash.digest('binary')
}
