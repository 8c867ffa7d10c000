import { platformDigest } from './digest.ts'

/** Strings are hashed as UTF-8. */
export async function sha256Base64(data: string | Uint8Array): Promise<string> {
  const hex = await platformDigest().sha256Hex(data)
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}
