/**
 * The keys of receipts. Each is derived from a secret of the signer for receipts alone: a server
 * that gets one can read and make receipts, but no waybills.
 *
 * @module
 */

import { chooseSealCrypto } from '../waybill/choose-seal-crypto.ts'
import { type SealedText, toBase64Url } from '../waybill/sealed-text.ts'
import { ALGORITHMS, encodeHeader, KEY_LENGTH, KEY_NAME_LENGTH } from '../waybill/sealing-key.ts'
import { readSecrets } from '../waybill/secret.ts'

/** Seals and opens receipts. */
export interface ReceiptKey {
  /** The encoded header of what this key seals; it holds the name of the key. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` when this key has not sealed it. */
  open(sealed: SealedText): Promise<string | undefined>
}

/** 32 bytes in base64url. */
const KEY = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * Derives the key of receipts from a secret of the signer. A server that is not the signer reads
 * receipts with it. The secret cannot be computed from it. A holder of the key can also make
 * receipts.
 *
 * @param secret - At least 32 characters, as the signer has it.
 * @returns 43 characters of base64url.
 * @throws {RangeError} When the secret is too short.
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

/**
 * Checks the text of a key.
 *
 * @throws {RangeError} When it is not one. The message does not hold it.
 */
export function checkReceiptKey(text: unknown): string {
  if (typeof text === 'string' && KEY.test(text)) return text
  const given = typeof text === 'string' ? `${text.length} characters` : typeof text
  throw new RangeError(
    `keys: a key is ${given}, expected the 43 characters that waybill secret receipt-key prints`,
  )
}

/** Makes a key from its text. */
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
