/**
 * The keys that are derived from a secret for one bucket, region and prefix: one key seals, one
 * authenticates what clients present. A name (`kid`) tells which secret has sealed a waybill.
 *
 * @module
 */

import { chooseSealCrypto } from './choose-seal-crypto.ts'
import type { Authenticate, SealHeader } from './seal-crypto.ts'
import { type SealedText, toBase64Url } from './sealed-text.ts'

/**
 * Where objects go. Signers of two places may share a secret and still refuse each other's
 * waybills.
 */
export interface SealPlace {
  readonly bucket: string
  readonly region: string
  /** The start of all object keys. @default '' */
  readonly prefix?: string
}

/** Seals, opens and authenticates with keys of one secret. */
export interface SealingKey {
  /** The encoded header of what this key seals; it holds the name of the key. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` when this key has not sealed it. */
  open(sealed: SealedText): Promise<string | undefined>
  /** Computes the code with which a client presents a sealed waybill. */
  readonly authenticate: Authenticate
}

/** The algorithms of every seal. */
export const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const
/** Bytes of a derived key. */
export const KEY_LENGTH = 32
/** 48 bits: enough to tell the few secrets of one signer apart. */
export const KEY_NAME_LENGTH = 6

/**
 * Derives the keys of a secret. The name of the key depends only on the secret, and the secret
 * cannot be computed from it.
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

/** Encodes a header as both platforms do. */
export function encodeHeader(header: SealHeader): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(header)))
}
