/**
 * The cryptography that a seal needs. `node-seal-crypto.ts` implements it with Node's crypto,
 * `web-seal-crypto.ts` with Web Crypto. Each opens what the other has sealed.
 *
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import type { SealedText } from './sealed-text.ts'

/** The protected header of a JWE. */
export interface SealHeader {
  readonly alg: 'dir'
  readonly enc: 'A256GCM'
  /** The name of the key. */
  readonly kid: string
}

/** Seals and opens with one key. */
export interface Cipher {
  /** @returns A compact JWE with a new IV. */
  seal(plain: string): MaybePromise<string>
  /**
   * Opens a JWE. A header other than this cipher's counts as altered.
   *
   * @returns `undefined` if this key has not sealed it, or it was altered.
   */
  open(sealed: SealedText): MaybePromise<string | undefined>
}

/** Computes the authentication code of a text: 128 bits as 22 characters of base64url. */
export type Authenticate = (text: string) => MaybePromise<string>

/** Derives keys and uses them. */
export interface SealCrypto {
  /**
   * Derives a key with HKDF, SHA-256 and no salt.
   *
   * @param info - The purpose of the key: keys with different `info` reveal nothing about each
   *   other.
   * @param length - Bytes.
   */
  derive(secret: string, info: string, length: number): MaybePromise<Uint8Array<ArrayBuffer>>
  /** @param key - 32 bytes, for AES-256-GCM. */
  cipher(key: Uint8Array<ArrayBuffer>, header: SealHeader): Cipher
  /** @param key - 32 bytes, for HMAC-SHA256 truncated to 128 bits. */
  authenticator(key: Uint8Array<ArrayBuffer>): Authenticate
}
