/**
 * SHA-256 in plain JavaScript. Imported only where the platform's is missing (pages over plain
 * HTTP), or where a large file meets a policy that refuses WebAssembly.
 *
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { readPieces } from './read-pieces.ts'

/**
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function sha256InScript(file: Blob, signal?: AbortSignal): Promise<Uint8Array> {
  const hash = sha256.create()
  await readPieces(file, signal, (bytes) => hash.update(bytes))
  return hash.digest()
}
