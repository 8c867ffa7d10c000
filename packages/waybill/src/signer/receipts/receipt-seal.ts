import { UploadError } from '../../protocol/upload-error.ts'
import { readSealedText } from '../waybill/sealed-text.ts'
import type { SealPlace } from '../waybill/sealing-key.ts'
import { formatReceipt, type PlacelessReceipt, parseReceipt, type Receipt } from './receipt.ts'
import { type ReceiptKey, receiptKey } from './receipt-key.ts'

/** Receipts are always shorter, even with the longest key, name, owner and metadata. */
const MAX_RECEIPT_LENGTH = 16_384

export interface ReceiptSeal {
  seal(receipt: PlacelessReceipt): Promise<string>
  /**
   * @param text - The submitted value, of any type.
   * @throws {UploadError} `RECEIPT_INVALID` if none of the keys opens the text, or if it is for
   *   another bucket, region or prefix.
   */
  open(text: unknown): Promise<Receipt>
}

/**
 * @param keys - Functions that return keys. They are called on first use. The first key seals
 *   receipts, and all of them can open receipts.
 * @param place - Sealed into each receipt. Receipts for another place are rejected.
 */
export function createReceiptSeal(
  keys: readonly [() => Promise<string>, ...(() => Promise<string>)[]],
  place: SealPlace,
): ReceiptSeal {
  const [first, ...others] = keys.map(once) as [LazyKey, ...LazyKey[]]
  return {
    seal: async (receipt) => (await first()).seal(formatReceipt(receipt, place)),
    open: async (text) => {
      const sealed = readReceiptText(text)
      for (const key of [first, ...others]) {
        const { header, open } = await key()
        if (header !== sealed.header) continue
        const plain = await open(sealed)
        if (plain !== undefined) return parseReceipt(plain, place)
      }
      throw notOurs()
    },
  }
}

type LazyKey = () => Promise<ReceiptKey>

function once(derive: () => Promise<string>): LazyKey {
  let made: Promise<ReceiptKey> | undefined
  return () => {
    made ??= derive().then(receiptKey)
    return made
  }
}

function readReceiptText(text: unknown): NonNullable<ReturnType<typeof readSealedText>> {
  if (typeof text !== 'string') {
    const given = text === null ? 'null' : Array.isArray(text) ? 'a list' : typeof text
    throw new UploadError('RECEIPT_INVALID', `receipt is ${given}, expected the text of a receipt`)
  }
  if (text.length > MAX_RECEIPT_LENGTH) {
    throw new UploadError(
      'RECEIPT_INVALID',
      `receipt is ${text.length} characters, at most ${MAX_RECEIPT_LENGTH} are read`,
    )
  }
  const sealed = readSealedText(text)
  if (!sealed) throw notOurs()
  return sealed
}

function notOurs(): UploadError {
  return new UploadError('RECEIPT_INVALID', 'receipt was not sealed by this signer')
}
