/**
 * The keys that one secret gives to the signer of one place (bucket, region, prefix): one that seals, one that
 * authenticates what clients present, and a name by which the sealing key is found again.
 *
 * @module
 */

import { chooseSealCrypto } from './choose-seal-crypto.ts'
import type { Authenticate, SealHeader } from './seal-crypto.ts'
import { type SealedText, toBase64Url } from './sealed-text.ts'

/** Where objects go: signers of two places may share a secret and still refuse each other's waybills. */
export interface SealPlace {
  readonly bucket: string
  readonly region: string
  /** Where object keys begin. @default '' */
  readonly prefix?: string
}

export interface SealingKey {
  /** The header of what this key has sealed, encoded; it holds the key's name. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` when this key has not sealed it. */
  open(sealed: SealedText): Promise<string | undefined>
  /** The code with which a client presents what was sealed. */
  readonly authenticate: Authenticate
}

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const
const KEY_LENGTH = 32
/** 48 bits: enough to tell the few secrets of one signer apart. */
const KEY_NAME_LENGTH = 6

/**
 * Derives the keys. The key's name is of the secret alone, so that it tells which secret has sealed a waybill, whatever
 * the place; nothing leads back from it.
 */
export async function sealingKey(secret: string, place: SealPlace): Promise<SealingKey> {
  const { derive, cipher, authenticator } = await chooseSealCrypto()
  const { bucket, region, prefix = '' } = place
  const scope = JSON.stringify([bucket, region, prefix])
  const kid = toBase64Url(await derive(secret, 'waybill kid 1', KEY_NAME_LENGTH))
  const header = { ...ALGORITHMS, kid }
  const { seal, open } = cipher(
    await derive(secret, `waybill seal 2\n${scope}`, KEY_LENGTH),
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

/** The header of waybills of version 1: no name of the key. */
export const VERSION_1_HEADER = encodeHeader(ALGORITHMS)

/** Opens waybills of version 1, which are sealed no more: their key was derived of secret and bucket alone. */
export async function version1Key(
  secret: string,
  { bucket }: SealPlace,
): Promise<Pick<SealingKey, 'open'>> {
  const { derive, cipher } = await chooseSealCrypto()
  const key = await derive(secret, `waybill seal 1\n${bucket}`, KEY_LENGTH)
  const { open } = cipher(key, ALGORITHMS)
  return { open: async (sealed) => open(sealed) }
}

/** As both platforms write it. */
function encodeHeader(header: SealHeader): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(header)))
}
