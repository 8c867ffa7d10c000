/**
 * The cryptography that a seal needs, on two platforms: Node's own where it is there, else Web Crypto and `jose`.
 *
 * A Lambda has loaded `node:crypto` to sign with anyway, while Web Crypto and `jose` beside it would cost its first
 * request 5 ms of CPU. Each opens what the other has sealed, which the tests hold them to.
 *
 * @module
 */

import type { MaybePromise } from '../../s3/index.ts'
import { nodeSealCrypto } from './node-seal-crypto.ts'
import type { SealedText } from './sealed-text.ts'

/** The protected header of a JWE. */
export interface SealHeader {
  readonly alg: 'dir'
  readonly enc: 'A256GCM'
  /** Names the key, where there is more than one kind. */
  readonly kid?: string
}

/** Seals and opens under one key. */
export interface Cipher {
  seal(plain: string): MaybePromise<string>
  /** @returns `undefined` when this key has not sealed it. */
  open(sealed: SealedText): MaybePromise<string | undefined>
}

/** Computes the authentication code of a text: 22 characters of base64url, 128 bits. */
export type Authenticate = (text: string) => MaybePromise<string>

export interface SealCrypto {
  /** HKDF with SHA-256 and no salt. */
  derive(secret: string, info: string, length: number): MaybePromise<Uint8Array<ArrayBuffer>>
  /** @param key - 32 bytes, for AES-256-GCM. */
  cipher(key: Uint8Array<ArrayBuffer>, header: SealHeader): Cipher
  /** @param key - 32 bytes, for HMAC-SHA256 cut to 128 bits. */
  authenticator(key: Uint8Array<ArrayBuffer>): Authenticate
}

/** @returns Node's cryptography where it is there, else Web Crypto with `jose`, which is loaded for it. */
export function sealCrypto(): MaybePromise<SealCrypto> {
  return nodeSealCrypto() ?? import('./web-seal-crypto.ts').then((web) => web.webSealCrypto())
}
