/**
 * Seals with Node's crypto. A compact JWE needs only one cipher call, so no JWE library is used.
 *
 * @module
 */

import { type NodeCrypto, nodeCrypto } from 'waybill-s3/internal/node-crypto'
import { randomBytes } from '../../storage/random-bytes.ts'
import type { Cipher, SealCrypto, SealHeader } from './seal-crypto.ts'
import { CODE_LENGTH } from './sealed-text.ts'

const CIPHER = 'aes-256-gcm'
const IV_LENGTH = 12
/** Without this length, Node would also accept a four-byte tag. */
const OPTIONS = { authTagLength: 16 } as const

/** Returns `undefined` on platforms without Node's crypto. */
export function nodeSealCrypto(): SealCrypto | undefined {
  const node = nodeCrypto()
  if (!node) return undefined
  return {
    derive: (secret, info, length) =>
      new Uint8Array(node.hkdfSync('sha256', secret, '', info, length)),
    cipher: (key, header) => nodeCipher(node, key, header),
    authenticator: (bytes) => {
      const key = node.createSecretKey(bytes)
      return (text) => {
        const code = node.createHmac('sha256', key).update(text).digest()
        return code.subarray(0, CODE_LENGTH).toString('base64url')
      }
    },
  }
}

function nodeCipher(node: NodeCrypto, bytes: Uint8Array, header: SealHeader): Cipher {
  const key = node.createSecretKey(bytes)
  const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url')
  const additionalData = Buffer.from(encodedHeader)
  return {
    seal: (plain) => {
      const iv = Buffer.from(randomBytes(IV_LENGTH).buffer)
      const cipher = node.createCipheriv(CIPHER, key, iv, OPTIONS)
      cipher.setAAD(additionalData)
      const text = cipher.update(plain, 'utf8')
      cipher.final() // returns nothing in GCM mode
      const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))
      return `${encodedHeader}..${parts.join('.')}`
    },
    open: ({ iv, ciphertext, tag }) => {
      const decipher = node.createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64url'), OPTIONS)
      decipher.setAAD(additionalData).setAuthTag(Buffer.from(tag, 'base64url'))
      const start = decipher.update(ciphertext, 'base64url')
      try {
        return Buffer.concat([start, decipher.final()]).toString('utf8')
      } catch {
        return undefined // sealed with another key, or altered
      }
    },
  }
}
