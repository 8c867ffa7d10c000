/**
 * A key that seals texts: a compact JWE (`dir`, A256GCM) under a key derived from the signer's secret.
 *
 * Where Node's crypto is there, the JWE is put together here: five parts and one cipher call. A Lambda has loaded
 * `node:crypto` to sign with anyway, while Web Crypto and `jose` beside it would cost its first request 5 ms of CPU.
 * Everywhere else `jose` does it. Each opens what the other has sealed, which the tests hold them to.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-7.1
 * @module
 */

import type { MaybePromise } from '../../s3/index.ts'

export interface SealingKey {
  seal(plain: string): MaybePromise<string>
  /** @returns `undefined` when this key has not sealed `text`. */
  open(text: string): MaybePromise<string | undefined>
}

const HEADER = { alg: 'dir', enc: 'A256GCM' } as const
const INFO = 'waybill seal 1'
const IV_LENGTH = 12
const CIPHER = 'aes-256-gcm'
/** Node would open with a tag of four bytes, too, unless it is told the length. */
const OPTIONS = { authTagLength: 16 } as const

/** The header as both write it; nothing else is opened, so there is no header to be clever with. */
const ENCODED_HEADER = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0'
/** Header, no encrypted key, an IV of 12 bytes, the text, a tag of 16 bytes. */
const SEALED = new RegExp(`^${ENCODED_HEADER}\\.\\.([\\w-]{16})\\.([\\w-]*)\\.([\\w-]{22})$`)

type NodeCrypto = typeof import('node:crypto')

/** @returns A key of Node's crypto where it is there, else of Web Crypto. */
export function sealingKey(secret: string, bucket: string): MaybePromise<SealingKey> {
  return nodeSealingKey(secret, bucket) ?? webSealingKey(secret, bucket)
}

/** @returns `undefined` where there is no Node crypto. */
function nodeSealingKey(secret: string, bucket: string): SealingKey | undefined {
  const node: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (!node) return undefined
  const key = node.createSecretKey(
    new Uint8Array(node.hkdfSync('sha256', secret, '', `${INFO}\n${bucket}`, 32)),
  )
  return {
    seal: (plain) => {
      const iv = node.randomBytes(IV_LENGTH)
      const cipher = node.createCipheriv(CIPHER, key, iv, OPTIONS)
      cipher.setAAD(Buffer.from(ENCODED_HEADER))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      const parts = [iv, text, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))
      return `${ENCODED_HEADER}..${parts.join('.')}`
    },
    open: (text) => {
      const [, iv, ciphertext, tag] = SEALED.exec(text) ?? []
      const bytes = [iv, ciphertext, tag].map((part) => Buffer.from(part ?? '', 'base64url'))
      const [ivBytes, textBytes, tagBytes] = bytes
      // Decoding is lenient; what was sealed is spelt in one way.
      const spelt = bytes.map((part) => part.toString('base64url')).join('.')
      if (!ivBytes || !textBytes || !tagBytes || spelt !== `${iv}.${ciphertext}.${tag}`) {
        return undefined
      }
      try {
        const decipher = node.createDecipheriv(CIPHER, key, ivBytes, OPTIONS)
        decipher.setAAD(Buffer.from(ENCODED_HEADER)).setAuthTag(tagBytes)
        return Buffer.concat([decipher.update(textBytes), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** @returns A key of Web Crypto and `jose`, which is loaded for it. */
async function webSealingKey(secret: string, bucket: string): Promise<SealingKey> {
  const { compactDecrypt } = await import('jose/jwe/compact/decrypt')
  const { CompactEncrypt } = await import('jose/jwe/compact/encrypt')
  const key = await deriveKey(secret, bucket)
  return {
    seal: (plain) =>
      new CompactEncrypt(encoder.encode(plain)).setProtectedHeader(HEADER).encrypt(key),
    open: async (text) => {
      const options = {
        keyManagementAlgorithms: [HEADER.alg],
        contentEncryptionAlgorithms: [HEADER.enc],
      }
      try {
        return decoder.decode((await compactDecrypt(text, key, options)).plaintext)
      } catch {
        return undefined
      }
    },
  }
}

async function deriveKey(secret: string, bucket: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ])
  const info = encoder.encode(`${INFO}\n${bucket}`)
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}
