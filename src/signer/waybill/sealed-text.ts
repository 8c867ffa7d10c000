/**
 * The text of a sealed waybill: a compact JWE in the one spelling that sealing makes, and behind it, where a client
 * presents it, the authentication code that S3 never gets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 * @module
 */

/** `~` is in no JWE. */
const SEPARATOR = '~'
/** 128 bits in base64url. */
const CODE = /^[\w-]{21}[AQgw]$/

/**
 * Base64url whose unused bits are zero. Decoders ignore those bits, so that several texts would be one waybill; and the
 * two implementations of the seal must open the same texts.
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

/** @returns `undefined` for a text that sealing cannot have made. */
export function readSealedText(text: string): SealedText | undefined {
  const [, header, iv, ciphertext, tag] = SEALED.exec(text) ?? []
  if (header === undefined || iv === undefined) return undefined
  if (ciphertext === undefined || tag === undefined) return undefined
  return { text, header, iv, ciphertext, tag }
}

/** What a client presents: the text that S3 keeps with the object, and a code that S3 never gets. */
export interface PresentedText {
  readonly sealed: string
  /** Missing in waybills of version 1. */
  readonly code?: string
}

export function joinPresented(sealed: string, code: string): string {
  return `${sealed}${SEPARATOR}${code}`
}

/** @returns `undefined` when what follows the separator cannot be a code. */
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
