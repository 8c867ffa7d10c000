/**
 * Encrypts stored bytes with a customer-provided key, in AES-256-CTR, so that any range can be
 * decrypted without the bytes before it.
 *
 * The cipher's key is derived from the customer's key and a salt. Each object and each part has a
 * new salt, so a keystream is never used twice. A second derived value recognizes the customer's
 * key, which is not stored.
 *
 * @module
 */

import { createCipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { type ObjectBytes, started } from '../storage/storage.ts'
import type { CustomerEncryption } from './encryption.ts'

interface KeyBytes {
  readonly bytes: Uint8Array
}

export interface ByteCipher {
  update(chunk: Uint8Array): Buffer
}

export function newCustomerEncryption(key: KeyBytes): CustomerEncryption {
  const salt = newSalt()
  return { algorithm: 'SSE-C', salt, check: derive(key, salt).check.toString('base64') }
}

export function isKeyOf({ salt, check }: CustomerEncryption, key: KeyBytes): boolean {
  return timingSafeEqual(derive(key, salt).check, Buffer.from(check, 'base64'))
}

/** In base64. */
export function newSalt(): string {
  return randomBytes(16).toString('base64')
}

const BLOCK = 16

/**
 * In this mode, encryption and decryption are the same.
 *
 * @param offset - The position of the first byte.
 */
export function cipherAt(key: KeyBytes, salt: string, offset = 0): ByteCipher {
  const counter = Buffer.alloc(BLOCK)
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / BLOCK)), BLOCK - 8)
  const cipher = createCipheriv('aes-256-ctr', derive(key, salt).cipherKey, counter)
  cipher.update(Buffer.alloc(offset % BLOCK))
  return cipher
}

function derive({ bytes }: KeyBytes, salt: string) {
  const derived = Buffer.from(
    hkdfSync('sha256', bytes, Buffer.from(salt, 'base64'), 'strict-s3 SSE-C', 64),
  )
  return { cipherKey: derived.subarray(0, 32), check: derived.subarray(32) }
}

/** Bytes that were encrypted together. */
export interface EncryptedExtent {
  readonly salt: string
  /** In bytes. */
  readonly size: number
}

/**
 * Decrypts a range of consecutive extents.
 *
 * @param start - The position of the first byte of `bytes`.
 */
export function decrypted(
  bytes: ObjectBytes,
  key: KeyBytes,
  extents: readonly EncryptedExtent[],
  start: number,
): Promise<ObjectBytes> {
  return started(decryptPieces(bytes, key, extents, start))
}

async function* decryptPieces(
  bytes: ObjectBytes,
  key: KeyBytes,
  extents: readonly EncryptedExtent[],
  start: number,
): AsyncGenerator<Uint8Array, undefined> {
  const rest = [...extents]
  let skipped = start
  let left = 0
  let cipher: ByteCipher | undefined
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; ) {
      while (left === 0) {
        const next = rest.shift()
        if (!next) throw new RangeError('the object has more bytes than its parts')
        left = Math.max(next.size - skipped, 0)
        if (left > 0) cipher = cipherAt(key, next.salt, skipped)
        skipped = Math.max(skipped - next.size, 0)
      }
      const some = piece.subarray(at, at + left)
      if (cipher) yield cipher.update(some)
      at += some.length
      left -= some.length
    }
  }
}
