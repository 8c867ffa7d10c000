/**
 * Key pairs as people make them, in each form that OpenSSL writes.
 *
 * @module
 */

import { generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export const RSA: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const EC: KeyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export function pem({ privateKey }: KeyPair, type: 'pkcs1' | 'pkcs8' | 'sec1' = 'pkcs8'): string {
  return String(privateKey.export({ format: 'pem', type }))
}

/** What `openssl ecparam -name prime256v1 -genkey` writes in front of the key. */
export const EC_PARAMETERS =
  '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
