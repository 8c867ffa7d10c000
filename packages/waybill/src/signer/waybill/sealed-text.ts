/**
 * The text of a sealed waybill: a compact JWE in canonical form. When a client presents it, the
 * authentication code follows, which S3 never gets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 * @module
 */

/** A JWE does not hold this character. */
const SEPARATOR = '~'
/** Bytes of an authentication code: 128 bits of the HMAC. */
export const CODE_LENGTH = 16
/** A code in base64url. */
const CODE = /^[\w-]{21}[AQgw]$/

/**
 * Base64url whose unused bits are zero. Decoders ignore these bits, so that several texts would
 * open as the same waybill. Only the canonical text is accepted, by both implementations of the
 * seal.
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

/** Splits a JWE. Returns `undefined` for a text that is not in canonical form. */
export function readSealedText(text: string): SealedText | undefined {
  const [, header, iv, ciphertext, tag] = SEALED.exec(text) ?? []
  if (header === undefined || iv === undefined) return undefined
  if (ciphertext === undefined || tag === undefined) return undefined
  return { text, header, iv, ciphertext, tag }
}

/**
 * What a client presents: the text that S3 keeps with the object, and a code that S3 never gets.
 */
export interface PresentedText {
  readonly sealed: string
  /** Missing where a client presents the text that S3 keeps. */
  readonly code?: string
}

/** Joins a sealed waybill and its authentication code to the text that a client presents. */
export function joinPresented(sealed: string, code: string): string {
  return `${sealed}${SEPARATOR}${code}`
}

/** Splits what a client presents. Returns `undefined` when the code is not valid. */
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
