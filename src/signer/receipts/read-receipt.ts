/**
 * Reads a receipt that a page has submitted, and checks that it is the submitter's.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Receipt } from './receipt.ts'
import { checkReceiptKey } from './receipt-key.ts'
import { createReceiptSeal, type ReceiptSeal } from './receipt-seal.ts'

/** What a submitted receipt must be. */
export interface ReceiptExpectation {
  /**
   * The owner that the submitter is, as `authorize` names it; `null` for receipts of public rules,
   * which have no owner. Without this check a receipt that was stolen would work for the thief.
   */
  readonly owner: string | null
  /** Names of the upload rules that are accepted. @default any */
  readonly rule?: string | readonly string[]
  /** How old a receipt may be, in seconds. @default 86400 (a day) */
  readonly maxAgeSeconds?: number
}

/** What a server that is not the signer reads receipts with. */
export interface ReceiptReader {
  /**
   * Keys that `waybill secret receipt-key` printed. Of several, each opens, so that a secret can be
   * replaced; `undefined` entries are left out. Who holds a key can also make receipts.
   */
  readonly keys: string | undefined | readonly (string | undefined)[]
  /** The bucket of the signer. Receipts of other buckets are refused. */
  readonly bucket: string
  /** The `prefix` of the signer. Receipts of keys that do not begin with it are refused. */
  readonly prefix?: string
  /** For tests. @default the platform's clock */
  readonly now?: () => Date
}

const DAY = 86_400
/** Clocks of two servers differ. */
const MAX_SKEW_SECONDS = 300

/**
 * Reads a receipt that a page has submitted, on a server that is not the signer.
 *
 * A receipt says that the object was stored, not that arrival has verified it. It does not
 * permit anything, and it can be submitted twice.
 *
 * @param receipt - As it was submitted: any value.
 * @throws {UploadError} `RECEIPT_INVALID` when it was not made with one of the keys, or is of
 *   another bucket, prefix or rule; `RECEIPT_EXPIRED` when it is too old; `RECEIPT_OWNER` when it
 *   is of another owner.
 * @throws {TypeError | RangeError} When the reader or the expectation is not valid.
 * @example
 * ```ts
 * const receipt = await readReceipt(
 *   { keys: process.env.RECEIPT_KEY, bucket: 'my-uploads' },
 *   form.get('document'),
 *   { owner: user.id, rule: 'document' },
 * )
 * await saveDocument(user, receipt.key, receipt.versionId)
 * ```
 */
export async function readReceipt(
  { keys, bucket, prefix = '', now = () => new Date() }: ReceiptReader,
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
  const here = { bucket, prefix, now: now() }
  return openReceipt(createReceiptSeal([first, ...others]), here, receipt, { ...expectation })
}

interface Here {
  readonly bucket: string
  readonly prefix: string
  readonly now: Date
}

/** Opens a receipt and checks all that is expected of it. */
export async function openReceipt(
  seal: Pick<ReceiptSeal, 'open'>,
  here: Here,
  text: unknown,
  expectation: ReceiptExpectation,
): Promise<Receipt> {
  const { owner, rules, maxAgeSeconds } = readExpectation(expectation)
  const receipt = await seal.open(text)
  if (receipt.bucket !== here.bucket) {
    throw new UploadError('RECEIPT_INVALID', 'receipt is of an object in another bucket')
  }
  // Signers of several tenants may share bucket and secret, and have owners of the same name.
  if (!receipt.key.startsWith(here.prefix)) {
    throw new UploadError('RECEIPT_INVALID', 'receipt is of an object under another prefix')
  }
  if (rules && !rules.includes(receipt.rule)) {
    const expected = rules.join(' or ')
    throw new UploadError(
      'RECEIPT_INVALID',
      `receipt is of the rule ${receipt.rule}, expected ${expected}`,
    )
  }
  if (receipt.owner !== owner) {
    throw new UploadError('RECEIPT_OWNER', 'receipt belongs to another owner')
  }
  const ageSeconds = (here.now.getTime() - receipt.completedAt.getTime()) / 1000
  if (ageSeconds > maxAgeSeconds || ageSeconds < -MAX_SKEW_SECONDS) {
    throw new UploadError(
      'RECEIPT_EXPIRED',
      `receipt was made at ${receipt.completedAt.toISOString()}, at most ${maxAgeSeconds} seconds are allowed`,
    )
  }
  return receipt
}

interface CheckedExpectation {
  readonly owner: string | undefined
  readonly rules: readonly string[] | undefined
  readonly maxAgeSeconds: number
}

/** JavaScript callers may leave the owner out, and a user without an id would own every receipt. */
function readExpectation(given: ReceiptExpectation): CheckedExpectation {
  const { owner, rule, maxAgeSeconds = DAY } = given ?? {}
  if (owner !== null && (typeof owner !== 'string' || owner === '')) {
    const what = owner === '' ? 'empty' : typeof owner
    throw new TypeError(`owner is ${what}, expected a text, or null for receipts of public rules`)
  }
  if (!(maxAgeSeconds > 0)) {
    throw new RangeError(`maxAgeSeconds is ${maxAgeSeconds}, expected more than 0`)
  }
  const rules = rule === undefined ? undefined : [rule].flat()
  return { owner: owner ?? undefined, rules, maxAgeSeconds }
}
