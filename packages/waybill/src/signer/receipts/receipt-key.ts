/**
 * Receipt keys are derived from the signer's secret for this purpose only. A server with such a key
 * can read and create receipts, but not waybills.
 *
 * @module
 */

import { type SealedText, toBase64Url } from '../waybill/sealed-text.ts'
import {
  ALGORITHMS,
  chooseSealCrypto,
  encodeHeader,
  KEY_LENGTH,
  KEY_NAME_LENGTH,
} from '../waybill/sealing-key.ts'
import { readSecrets } from '../waybill/secret.ts'

export interface ReceiptKey {
  /** The encoded header of receipts sealed with this key. It contains the key's name. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` if the text was not sealed with this key. */
  open(sealed: SealedText): Promise<string | undefined>
}

/** 32 bytes in base64url. */
const KEY = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * Derives the key that lets a server other than the signer read receipts. The secret cannot be
 * recovered from the key. Anyone who holds the key can also create receipts.
 *
 * @param secret - The signer's secret, at least 32 characters.
 * @returns 43 base64url characters.
 * @throws {RangeError} If the secret is too short.
 * @example
 * ```ts
 * console.log(await deriveReceiptKey(secret)) // RECEIPT_KEY of the server that reads receipts
 * ```
 */
export async function deriveReceiptKey(secret: string): Promise<string> {
  const [checked] = readSecrets(secret)
  const { derive } = await chooseSealCrypto()
  return toBase64Url(await derive(checked, 'waybill receipt 1', KEY_LENGTH))
}

/** @throws {RangeError} If the text is not a key. The message never contains the text. */
export function checkReceiptKey(text: unknown): string {
  if (typeof text === 'string' && KEY.test(text)) return text
  const given = typeof text === 'string' ? `${text.length} characters` : typeof text
  throw new RangeError(
    `keys: a key is ${given}, expected the 43 characters that waybill secret receipt-key prints`,
  )
}

export async function receiptKey(text: string): Promise<ReceiptKey> {
  const { derive, cipher } = await chooseSealCrypto()
  const kid = toBase64Url(await derive(text, 'receipt kid 1', KEY_NAME_LENGTH))
  const header = { ...ALGORITHMS, kid }
  const { seal, open } = cipher(fromBase64Url(text), header)
  return {
    header: encodeHeader(header),
    seal: async (plain) => seal(plain),
    open: async (sealed) => open(sealed),
  }
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
