/**
 * SHA-256 of a file that the platform does not hash: it is too large for memory, or the page came
 * over plain HTTP. Imported only then.
 *
 * @module
 */

import { hasWebAssembly } from 'waybill-s3/internal/web-assembly'
import { loadHash, type RunningSha256 } from './load-hash.ts'
import { readPieces } from './read-pieces.ts'

/** Below this the script has its hash before WebAssembly is loaded and compiled. */
const MIN_WASM_SIZE = 16 * 1024 ** 2

/**
 * @param unreadable - Makes the failure of a file that changed meanwhile.
 * @throws {UploadError} `FILE_UNREADABLE`, or `NETWORK_FAILED` when code could not be loaded.
 * @throws The signal's reason when it fires.
 */
export async function sha256InPieces(
  file: Blob,
  unreadable: (cause: unknown) => Error,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const inWasm = file.size > MIN_WASM_SIZE && hasWebAssembly()
  const { startSha256 } = await loadHash<Chunk>(() =>
    inWasm ? import('./sha256-in-wasm.ts') : import('./sha256-in-script.ts'),
  )
  const hash = await startSha256()
  await readPieces(file, signal, hash.update, unreadable)
  return hash.digest()
}

interface Chunk {
  readonly startSha256: () => RunningSha256 | Promise<RunningSha256>
}
