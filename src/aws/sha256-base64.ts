/**
 * SHA-256 as S3 writes it: base64.
 *
 * @module
 */

import { platformDigest } from '../s3/sigv4/digest.ts'

export async function sha256Base64(data: string | Uint8Array): Promise<string> {
  const hex = await platformDigest().sha256Hex(data)
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}
