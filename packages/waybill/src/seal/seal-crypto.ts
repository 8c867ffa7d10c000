/**
 * The cryptography that seals need, with Node's crypto; `web-seal-crypto.ts` does the same with Web
 * Crypto. Each can open what the other has sealed.
 *
 * The text of a sealed waybill is a compact JWE in canonical form. Clients present it together with
 * an authentication code. A compact JWE needs only one cipher call, so no JWE library is used here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 *
 * @module
 */

import { type MaybePromise, type NodeCrypto, nodeCrypto } from 'waybill-s3/internal/digest'
import { randomBytes } from '../storage/server-effects.ts'

export interface SealCrypto {
  /**
   * Derives a key with HKDF-SHA-256 and no salt.
   *
   * @param info - The purpose of the key. Keys for different purposes reveal nothing about each
   *   other.
   * @param length - In bytes.
   */
  derive(secret: string, info: string, length: number): MaybePromise<Uint8Array<ArrayBuffer>>
  /** @param key - 32 bytes, for AES-256-GCM. */
  cipher(key: Uint8Array<ArrayBuffer>, header: SealHeader): Cipher
  /** @param key - 32 bytes, for HMAC-SHA256 truncated to 128 bits. */
  authenticator(key: Uint8Array<ArrayBuffer>): Authenticate
}

interface Cipher {
  /** @returns A compact JWE with a new IV. */
  seal(plain: string): MaybePromise<string>
  /**
   * A header that differs from this cipher's header counts as altered.
   *
   * @returns `undefined` if another key sealed the JWE, or if it was altered.
   */
  open(sealed: SealedText): MaybePromise<string | undefined>
}

export interface SealHeader {
  readonly alg: 'dir'
  readonly enc: 'A256GCM'
  readonly kid: string
}

/** Computes the authentication code of a text: 128 bits as 22 base64url characters. */
export type Authenticate = (text: string) => MaybePromise<string>

const CIPHER = 'aes-256-gcm'
const IV_LENGTH = 12
/** Without this length, Node would also accept a four-byte tag. */
const OPTIONS = { authTagLength: 16 } as const

/** Returns `undefined` on platforms without Node's crypto. */
export function nodeSealCrypto(): SealCrypto | undefined {
  const node = nodeCrypto()
  if (!node) return undefined
  return {
    derive: (secret, info, length) =>
      new Uint8Array(node.hkdfSync('sha256', secret, '', info, length)),
    cipher: (key, header) => nodeCipher(node, key, header),
    authenticator: (bytes) => {
      const key = node.createSecretKey(bytes)
      return (text) => {
        const code = node.createHmac('sha256', key).update(text).digest()
        return code.subarray(0, CODE_LENGTH).toString('base64url')
      }
    },
  }
}

function nodeCipher(node: NodeCrypto, bytes: Uint8Array, header: SealHeader): Cipher {
  const key = node.createSecretKey(bytes)
  const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url')
  const additionalData = Buffer.from(encodedHeader)
  return {
    seal: (plain) => {
      const iv = Buffer.from(randomBytes(IV_LENGTH).buffer)
      const cipher = node.createCipheriv(CIPHER, key, iv, OPTIONS)
      cipher.setAAD(additionalData)
      const text = cipher.update(plain, 'utf8')
      cipher.final() // returns nothing in GCM mode
      const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))
      return `${encodedHeader}..${parts.join('.')}`
    },
    open: ({ iv, ciphertext, tag }) => {
      const decipher = node.createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64url'), OPTIONS)
      decipher.setAAD(additionalData).setAuthTag(Buffer.from(tag, 'base64url'))
      const start = decipher.update(ciphertext, 'base64url')
      try {
        return Buffer.concat([start, decipher.final()]).toString('utf8')
      } catch {
        return undefined // sealed with another key, or altered
      }
    },
  }
}

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

interface PresentedText {
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

/** Returns one character for each byte. */
export function fromBase64Url(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}
