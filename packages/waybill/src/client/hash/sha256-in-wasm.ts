/**
 * SHA-256 with `hash-wasm`, for files that are too large for memory. This chunk is loaded only when
 * a rule requires such a file's hash and the page is allowed to compile WebAssembly.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'

/** Compiles the WebAssembly module and starts a hash. */
export async function startSha256() {
  const hash = await createSHA256()
  hash.init()
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    digest: () => hash.digest('binary'),
  }
}
