/**
 * SHA-256 with `hash-wasm`, for files that are too large for memory. Imported only when a rule
 * demands their hash, and WebAssembly may be compiled.
 *
 * @module
 */

import { createSHA256 } from 'hash-wasm'
import type { RunningSha256 } from './load-hash.ts'

/** Compiles the module and starts a hash. */
export async function startSha256(): Promise<RunningSha256> {
  const hash = await createSHA256()
  hash.init()
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest('binary') }
}
