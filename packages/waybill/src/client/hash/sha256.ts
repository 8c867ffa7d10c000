/**
 * The SHA-256 of a file that is sent in one request: it pins what a presigned request may store.
 *
 * @module
 */

import { readWhole, whenRead } from '../file/file-source.ts'
import { unreadable } from '../file/unreadable.ts'

/** The platform's SHA-256 takes the whole file in memory: larger files are hashed in pieces. */
export const MAX_NATIVE_SIZE = 16 * 1024 ** 2

/** A file that was given by its path, see `DiskFile`. */
interface Hashable {
  readonly hashOnce?: () => Promise<ArrayBuffer>
}

/**
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`, or `NETWORK_FAILED` when code could not be loaded.
 * @throws The signal's reason when it fires.
 */
export async function sha256Of(file: Blob, signal?: AbortSignal): Promise<string> {
  return toBase64(await sha256BytesOf(file, signal))
}

/** The 32 bytes of the hash; see `sha256Of`. */
export async function sha256BytesOf(
  file: Blob & Hashable,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  // Pages over plain HTTP have no `crypto.subtle`.
  if (!crypto.subtle || file.size > MAX_NATIVE_SIZE) {
    const { sha256InPieces } = await import('./sha256-in-pieces.ts')
    return sha256InPieces(file, unreadable, signal)
  }
  const hash = file.hashOnce?.()
  if (hash) return new Uint8Array(await whenRead(() => hash))
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await readWhole(file)))
}

/** Encodes bytes as S3 writes them. */
function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Encodes bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
