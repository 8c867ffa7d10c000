/**
 * The SHA-256 of a file as the signer wants it.
 *
 * @module
 */

/** @returns Base64. */
export async function sha256Of(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64')
}
