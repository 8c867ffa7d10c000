/**
 * The SHA-256 of a small file, which pins what a presigned request may store.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'

/**
 * Reads the whole file into memory: only for files that are sent in one request.
 *
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`
 */
export async function sha256Of(file: Blob): Promise<string> {
  const bytes = await readBytes(file)
  return toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** @throws {UploadError} `FILE_UNREADABLE` when the file was moved, changed or locked after it was chosen. */
export async function readBytes(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer()
  } catch (cause) {
    throw new UploadError('FILE_UNREADABLE', 'the file changed or cannot be read any more', {
      cause,
    })
  }
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
