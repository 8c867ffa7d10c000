/**
 * The keys derived from a secret for one bucket, region and prefix: one seals, one authenticates
 * what clients present. The key's name (`kid`) shows which secret has sealed a waybill.
 *
 * In Node, `node:crypto` does the work, which a Lambda has already loaded for signing. Web Crypto
 * and `jose` would add 5 ms of CPU to its first request.
 *
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import { nodeSealCrypto } from './node-seal-crypto.ts'
import type { Authenticate, SealCrypto, SealHeader } from './seal-crypto.ts'
import { type SealedText, toBase64Url } from './sealed-text.ts'

/**
 * Where objects are stored. Signers of two places can share a secret and still reject each other's
 * waybills.
 */
export interface SealPlace {
  readonly bucket: string
  readonly region: string
  /**
   * Every object key starts with it.
   * @default ''
   */
  readonly prefix?: string
}

export interface SealingKey {
  /** The encoded header of what this key seals; it contains the key's name. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` if this key has not sealed it. */
  open(sealed: SealedText): Promise<string | undefined>
  /** Computes the code with which a client presents a sealed waybill. */
  readonly authenticate: Authenticate
}

export const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const
/** Bytes of a derived key. */
export const KEY_LENGTH = 32
/** 48 bits: enough to distinguish the few secrets of one signer. */
export const KEY_NAME_LENGTH = 6

/**
 * Derives the keys of a secret. The key's name depends only on the secret, which cannot be computed
 * from it.
 */
export async function sealingKey(secret: string, place: SealPlace): Promise<SealingKey> {
  const { derive, cipher, authenticator } = await chooseSealCrypto()
  const { bucket, region, prefix = '' } = place
  const scope = JSON.stringify([bucket, region, prefix])
  const kid = toBase64Url(await derive(secret, 'waybill kid 1', KEY_NAME_LENGTH))
  const header = { ...ALGORITHMS, kid }
  const { seal, open } = cipher(
    await derive(secret, `waybill seal 1\n${scope}`, KEY_LENGTH),
    header,
  )
  const codeKey = await derive(secret, `waybill code 1\n${scope}`, KEY_LENGTH)
  return {
    header: encodeHeader(header),
    seal: async (plain) => seal(plain),
    open: async (sealed) => open(sealed),
    authenticate: authenticator(codeKey),
  }
}

const HEADER = /^\{"alg":"dir","enc":"A256GCM","kid":"([\w-]{8})"\}$/

/** Returns the name of the key in an encoded header, whether or not the key is known here. */
export function keyNameIn(header: string): string | undefined {
  return HEADER.exec(atob(header.replaceAll('-', '+').replaceAll('_', '/')))?.[1]
}

export function encodeHeader(header: SealHeader): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(header)))
}

/** Returns this platform's cryptography. Web Crypto's is loaded only where it is needed. */
export function chooseSealCrypto(): MaybePromise<SealCrypto> {
  return nodeSealCrypto() ?? import('./web-seal-crypto.ts').then((web) => web.webSealCrypto())
}
