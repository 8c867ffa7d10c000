/**
 * SHA-256 in base64, as S3 writes it.
 *
 * @module
 */

import { platformDigest } from './digest.ts'

/** Computes the SHA-256 in base64. Strings are hashed as UTF-8. */
export async function sha256Base64(data: string | Uint8Array): Promise<string> {
  const hex = await platformDigest().sha256Hex(data)
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}
