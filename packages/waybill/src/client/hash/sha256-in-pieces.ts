/**
 * Computes the SHA-256 of files that `crypto.subtle` cannot hash, because they are too large for
 * memory or the page was loaded over plain HTTP.
 *
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { hasWebAssembly } from 'waybill-s3/internal/running-crc64'
import { loadChunk } from '../load-chunk.ts'
import { readPieces } from './read-pieces.ts'

/** For smaller files, hashing in JavaScript is faster than loading and compiling WebAssembly. */
const MIN_WASM_SIZE = 16 * 1024 ** 2

interface RunningSha256 {
  readonly update: (bytes: Uint8Array) => void
  readonly digest: () => Uint8Array
}

export async function sha256InPieces(file: Blob, signal?: AbortSignal): Promise<Uint8Array> {
  const isLarge = file.size > MIN_WASM_SIZE
  const hash = isLarge && hasWebAssembly() ? await startInWasm(signal) : startInScript()
  await readPieces(file, signal, hash.update)
  return hash.digest()
}

async function startInWasm(signal?: AbortSignal): Promise<RunningSha256> {
  const { startSha256 } = await loadChunk(() => import('./sha256-in-wasm.ts'), undefined, signal)
  return startSha256()
}

function startInScript(): RunningSha256 {
  const hash = sha256.create()
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() }
}
