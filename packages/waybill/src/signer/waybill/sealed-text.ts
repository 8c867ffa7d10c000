/**
 * The text of a sealed waybill is a compact JWE in canonical form. Clients present it together with
 * an authentication code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 * @module
 */

/** This character does not occur in a JWE. */
const SEPARATOR = '~'
/** In bytes. The code is the first half of an HMAC-SHA256. */
export const CODE_LENGTH = 16
const CODE = /^[\w-]{21}[AQgw]$/

/**
 * Matches base64url whose unused bits are zero. Decoders ignore these bits, so several texts would
 * otherwise open as the same waybill.
 */
const BYTES = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?'
/** Header, no encrypted key, a 12-byte IV, the ciphertext and a 16-byte tag. */
const SEALED = new RegExp(`^(${BYTES})\\.\\.([\\w-]{16})\\.(${BYTES})\\.([\\w-]{21}[AQgw])$`)

export interface SealedText {
  readonly text: string
  readonly header: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** Returns `undefined` if the text is not in canonical form. */
export function readSealedText(text: string): SealedText | undefined {
  const [, header, iv, ciphertext, tag] = SEALED.exec(text) ?? []
  if (header === undefined || iv === undefined) return undefined
  if (ciphertext === undefined || tag === undefined) return undefined
  return { text, header, iv, ciphertext, tag }
}

export interface PresentedText {
  readonly sealed: string
  /** Missing if the client presents the text as S3 stores it. */
  readonly code?: string
}

export function joinPresented(sealed: string, code: string): string {
  return `${sealed}${SEPARATOR}${code}`
}

/** Returns `undefined` if the code has an invalid format. */
export function splitPresented(text: string): PresentedText | undefined {
  const at = text.indexOf(SEPARATOR)
  if (at < 0) return { sealed: text }
  const code = text.slice(at + 1)
  return CODE.test(code) ? { sealed: text.slice(0, at), code } : undefined
}

export function toBase64Url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
