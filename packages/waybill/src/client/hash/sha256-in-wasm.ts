/**
 * SHA-256 with `hash-wasm`, for files that are too large for memory. A chunk that is loaded only
 * when a rule demands their hash and WebAssembly may be compiled.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'

/** Compiles the module and starts a hash. */
export async function startSha256() {
  const hash = await createSHA256()
  hash.init()
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    digest: () => hash.digest('binary'),
  }
}
