/**
 * SHA-256 of a file that the platform does not hash: it is too large for memory, or the page came
 * over plain HTTP. Imported only then.
 *
 * @module
 */

import { hasWebAssembly } from '../../s3/web-assembly.ts'
import { loadHash } from './load-hash.ts'

/** Below this the script has its hash before WebAssembly is loaded and compiled. */
const MIN_WASM_SIZE = 16 * 1024 ** 2

/**
 * @throws {UploadError} `FILE_UNREADABLE`, or `NETWORK_FAILED` when code could not be loaded.
 * @throws The signal's reason when it fires.
 */
export async function sha256InPieces(file: Blob, signal?: AbortSignal): Promise<Uint8Array> {
  if (file.size > MIN_WASM_SIZE && hasWebAssembly()) {
    const { sha256InWasm } = await loadHash(() => import('./sha256-in-wasm.ts'))
    return sha256InWasm(file, signal)
  }
  const { sha256InScript } = await loadHash(() => import('./sha256-in-script.ts'))
  return sha256InScript(file, signal)
}
