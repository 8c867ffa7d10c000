/**
 * The SHA-256 of a file that is sent in one request: it pins what a presigned request may store.
 *
 * @module
 */

import { readWhole } from '../upload/file-source.ts'

/** The platform's SHA-256 takes the whole file in memory: larger files are hashed in pieces. */
export const MAX_NATIVE_SIZE = 16 * 1024 ** 2

/**
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function sha256Of(file: Blob, signal: AbortSignal): Promise<string> {
  if (file.size > MAX_NATIVE_SIZE) {
    const { sha256InPieces } = await import('./sha256-in-pieces.ts')
    return toBase64(await sha256InPieces(file, signal))
  }
  const digest = await crypto.subtle.digest('SHA-256', await readWhole(file))
  return toBase64(new Uint8Array(digest))
}

/** Encodes bytes as S3 writes them. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
