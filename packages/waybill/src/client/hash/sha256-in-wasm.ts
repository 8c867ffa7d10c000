/**
 * Computes SHA-256 with `hash-wasm`. This chunk is loaded only for large files, and only on pages
 * that may compile WebAssembly.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'

export async function startSha256() {
  const hash = await createSHA256()
  hash.init()
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    digest: () => hash.digest('binary'),
  }
}
