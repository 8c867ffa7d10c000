/**
 * The cryptography that seals need. `node-seal-crypto.ts` implements it with Node's crypto and
 * `web-seal-crypto.ts` with Web Crypto. Each can open what the other has sealed.
 *
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import type { SealedText } from './sealed-text.ts'

export interface SealHeader {
  readonly alg: 'dir'
  readonly enc: 'A256GCM'
  readonly kid: string
}

export interface Cipher {
  /** @returns A compact JWE with a new IV. */
  seal(plain: string): MaybePromise<string>
  /**
   * A header that differs from this cipher's header counts as altered.
   *
   * @returns `undefined` if another key sealed the JWE, or if it was altered.
   */
  open(sealed: SealedText): MaybePromise<string | undefined>
}

/** Computes the authentication code of a text: 128 bits as 22 base64url characters. */
export type Authenticate = (text: string) => MaybePromise<string>

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
