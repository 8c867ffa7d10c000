/**
 * SHA-256 in plain JavaScript. Imported only where the platform's is missing (pages over plain
 * HTTP), or where a large file meets a policy that refuses WebAssembly.
 *
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js'
import type { RunningSha256 } from './load-hash.ts'

/** Starts a hash. */
export function startSha256(): RunningSha256 {
  const hash = sha256.create()
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() }
}
