import { show } from '../../protocol/json-value.ts'
import { openReceipt, type ReceiptExpectation } from './open-receipt.ts'
import type { Receipt } from './receipt.ts'
import { checkReceiptKey } from './receipt-key.ts'
import { createReceiptSeal } from './receipt-seal.ts'

/** The keys and location that a server other than the signer needs to read receipts. */
export interface ReceiptReader {
  /**
   * One or more keys that `waybill secret receipt-key` has printed. Any of them can open a receipt,
   * so you can rotate the secret. `undefined` entries are ignored. Anyone who holds a key can also
   * create receipts.
   */
  readonly keys: string | undefined | readonly (string | undefined)[]
  /** The signer's bucket, region and `prefix`. Receipts for any other location are rejected. */
  readonly bucket: string
  readonly region: string
  /** @default '' */
  readonly prefix?: string
  /**
   * Replaces the clock in tests.
   * @default the platform's clock
   */
  readonly now?: () => Date
}

/**
 * Opens a receipt that a page has submitted, on a server other than the signer.
 *
 * A receipt proves that the object was stored, not that the arrival handler has verified it. It
 * grants no permission, and it can be submitted more than once.
 *
 * @param receipt - The submitted value, of any type.
 * @throws {UploadError} `RECEIPT_INVALID` if none of the keys opens the receipt, or if it is for
 *   another bucket, region, prefix or rule; `RECEIPT_EXPIRED` if it is too old; `RECEIPT_OWNER` if
 *   it belongs to another owner.
 * @throws {TypeError | RangeError} If the reader or the expectation is invalid.
 * @example
 * ```ts
 * const receipt = await readReceipt(
 *   { keys: process.env.RECEIPT_KEY, bucket: 'my-uploads', region: 'eu-west-1' },
 *   form.get('document'),
 *   { owner: user.id, rule: 'document' },
 * )
 * await saveDocument(user, receipt.key, receipt.versionId)
 * ```
 */
export async function readReceipt(
  { keys, bucket, region, prefix = '', now = () => new Date() }: ReceiptReader,
  receipt: unknown,
  expectation: ReceiptExpectation,
): Promise<Receipt> {
  const [first, ...others] = [keys]
    .flat()
    .filter((key) => key !== undefined)
    .map((key) => {
      const text = checkReceiptKey(key)
      return async () => text
    })
  if (!first) throw new RangeError('keys is missing: waybill secret receipt-key prints one')
  for (const [name, value] of Object.entries({ bucket, region })) {
    if (typeof value === 'string' && value !== '') continue
    throw new TypeError(`${name} is ${show(value)}, expected the ${name} of the signer`)
  }
  const seal = createReceiptSeal([first, ...others], { bucket, region, prefix })
  return openReceipt(seal, now(), receipt, { ...expectation })
}
