/**
 * Derives two keys from a secret for one bucket, region and prefix. One seals waybills, the other
 * authenticates what clients present. The key's name (`kid`) shows which secret has sealed a
 * waybill.
 *
 * A Lambda function has already loaded `node:crypto` for signing. Web Crypto and `jose` would make
 * its first request slower, so they are used only on other platforms.
 *
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import { nodeSealCrypto } from './node-seal-crypto.ts'
import type { Authenticate, SealCrypto, SealHeader } from './seal-crypto.ts'
import { type SealedText, toBase64Url } from './sealed-text.ts'

/**
 * Where objects are stored. Signers for different places can share a secret and still reject each
 * other's waybills.
 */
export interface SealPlace {
  readonly bucket: string
  readonly region: string
  /**
   * Every object key starts with this prefix.
   * @default ''
   */
  readonly prefix?: string
}

export interface SealingKey {
  /** The encoded header of everything that this key seals. It contains the key's name. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` if the text was not sealed with this key. */
  open(sealed: SealedText): Promise<string | undefined>
  readonly authenticate: Authenticate
}

export const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const
/** In bytes. */
export const KEY_LENGTH = 32
/** In bytes. 48 bits are enough to distinguish a signer's few secrets. */
export const KEY_NAME_LENGTH = 6

/** The key's name depends only on the secret, but the secret cannot be recovered from it. */
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

/** Returns the key's name from an encoded header, even if the key is unknown. */
export function keyNameIn(header: string): string | undefined {
  return HEADER.exec(atob(header.replaceAll('-', '+').replaceAll('_', '/')))?.[1]
}

export function encodeHeader(header: SealHeader): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(header)))
}

export function chooseSealCrypto(): MaybePromise<SealCrypto> {
  return nodeSealCrypto() ?? import('./web-seal-crypto.ts').then((web) => web.webSealCrypto())
}
