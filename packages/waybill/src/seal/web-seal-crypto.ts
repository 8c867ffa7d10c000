import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import { CompactEncrypt } from 'jose/jwe/compact/encrypt'
import { CODE_LENGTH, type SealCrypto, toBase64Url } from './seal-crypto.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const

export function webSealCrypto(): SealCrypto {
  return {
    derive,
    cipher: (key, header) => {
      const options = {
        keyManagementAlgorithms: [header.alg],
        contentEncryptionAlgorithms: [header.enc],
      }
      return {
        seal: (plain) =>
          new CompactEncrypt(encoder.encode(plain)).setProtectedHeader({ ...header }).encrypt(key),
        open: async ({ text }) => {
          try {
            return decoder.decode((await compactDecrypt(text, key, options)).plaintext)
          } catch {
            return undefined
          }
        },
      }
    },
    authenticator: (bytes) => {
      const imported = crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign'])
      return async (text) => {
        const code = await crypto.subtle.sign(HMAC.name, await imported, encoder.encode(text))
        return toBase64Url(new Uint8Array(code, 0, CODE_LENGTH))
      }
    },
  }
}

async function derive(
  secret: string,
  info: string,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { subtle } = crypto
  const material = await subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveBits',
  ])
  const parameters = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(info),
  }
  return new Uint8Array(await subtle.deriveBits(parameters, material, length * 8))
}
