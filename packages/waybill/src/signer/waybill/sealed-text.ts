/**
 * The text of a sealed waybill: a compact JWE in canonical form. A client appends the
 * authentication code, which S3 never gets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 * @module
 */

/** Does not occur in a JWE. */
const SEPARATOR = '~'
/** Bytes of an authentication code: 128 bits of the HMAC. */
export const CODE_LENGTH = 16
const CODE = /^[\w-]{21}[AQgw]$/

/**
 * Base64url whose unused bits are zero. Decoders ignore these bits, so several texts would open as
 * the same waybill. Both implementations of the seal accept only the canonical text.
 */
const BYTES = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?'
/** Header, no encrypted key, an IV of 12 bytes, the ciphertext, a tag of 16 bytes. */
const SEALED = new RegExp(`^(${BYTES})\\.\\.([\\w-]{16})\\.(${BYTES})\\.([\\w-]{21}[AQgw])$`)

/** The parts of a JWE, each in base64url. */
export interface SealedText {
  readonly text: string
  readonly header: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** Splits a JWE. Returns `undefined` if the text is not in canonical form. */
export function readSealedText(text: string): SealedText | undefined {
  const [, header, iv, ciphertext, tag] = SEALED.exec(text) ?? []
  if (header === undefined || iv === undefined) return undefined
  if (ciphertext === undefined || tag === undefined) return undefined
  return { text, header, iv, ciphertext, tag }
}

/** What a client presents. */
export interface PresentedText {
  readonly sealed: string
  /** Missing if a client presents the text that S3 stores. */
  readonly code?: string
}

export function joinPresented(sealed: string, code: string): string {
  return `${sealed}${SEPARATOR}${code}`
}

/** Returns `undefined` if the code is invalid. */
export function splitPresented(text: string): PresentedText | undefined {
  const at = text.indexOf(SEPARATOR)
  if (at < 0) return { sealed: text }
  const code = text.slice(at + 1)
  return CODE.test(code) ? { sealed: text.slice(0, at), code } : undefined
}

/** Encodes as base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
