/**
 * Computes a file's SHA-256. Once the hash is signed into a request, S3 rejects any other content.
 *
 * @module
 */

import { readWhole, whenRead } from '../file/file-source.ts'
import { loadChunk } from '../load-chunk.ts'

/**
 * In bytes. Larger files are hashed in pieces, because `crypto.subtle` needs the whole file in
 * memory.
 */
export const MAX_NATIVE_SIZE = 16 * 1024 ** 2

/** Implemented by `DiskFile`. */
interface Hashable {
  readonly hashOnce?: () => Promise<ArrayBuffer>
}

/** @returns Base64, as in S3's headers. */
export async function sha256Of(file: Blob, signal?: AbortSignal): Promise<string> {
  return toBase64(await sha256BytesOf(file, signal))
}

export async function sha256BytesOf(
  file: Blob & Hashable,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  // Pages loaded over plain HTTP have no `crypto.subtle`.
  if (!crypto.subtle || file.size > MAX_NATIVE_SIZE) {
    const load = () => import('./sha256-in-pieces.ts')
    const { sha256InPieces } = await loadChunk(load, undefined, signal)
    return sha256InPieces(file, signal)
  }
  const hash = file.hashOnce?.()
  if (hash) return new Uint8Array(await whenRead(() => hash))
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await readWhole(file)))
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
