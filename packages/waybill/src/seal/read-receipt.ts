import { show } from '../protocol/json-value.ts'
import { UploadError } from '../protocol/upload-error.ts'
import { checkReceiptKey, createReceiptSeal, type Receipt, type ReceiptSeal } from './receipt.ts'

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

/** What a submitted receipt must match. */
export interface ReceiptExpectation {
  /**
   * The submitter's owner id, as `authorize` returns it, or `null` for receipts of public rules,
   * which have no owner. Without this check, anyone could submit a stolen receipt.
   */
  readonly owner: string | null
  /**
   * Name or names of the accepted upload rules.
   * @default any
   */
  readonly rule?: string | readonly string[]
  /**
   * Maximum age of the receipt in seconds, measured from the object's `lastModified`. S3 dates a
   * multipart upload from its start, so allow more if uploads take days.
   * @default 86400 (one day)
   */
  readonly maxAgeSeconds?: number
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

const DAY = 86_400
/** Allows for different clocks on two servers. */
const MAX_SKEW_SECONDS = 300

export async function openReceipt(
  seal: Pick<ReceiptSeal, 'open'>,
  now: Date,
  text: unknown,
  expectation: ReceiptExpectation,
): Promise<Receipt> {
  const { owner, rules, maxAgeSeconds } = checkExpectation(expectation)
  const receipt = await seal.open(text)
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
  const ageSeconds = (now.getTime() - receipt.lastModified.getTime()) / 1000
  if (ageSeconds > maxAgeSeconds || ageSeconds < -MAX_SKEW_SECONDS) {
    throw new UploadError(
      'RECEIPT_EXPIRED',
      `receipt's object was stored at ${receipt.lastModified.toISOString()}, at most ${maxAgeSeconds} seconds ago are allowed`,
    )
  }
  return receipt
}

interface CheckedExpectation {
  readonly owner: string | undefined
  readonly rules: readonly string[] | undefined
  readonly maxAgeSeconds: number
}

/**
 * Rejects a missing or empty owner, which JavaScript callers may pass.
 *
 * @throws {TypeError | RangeError} If the expectation is invalid.
 */
export function checkExpectation(given: ReceiptExpectation): CheckedExpectation {
  const { owner, rule, maxAgeSeconds = DAY } = given ?? {}
  if (owner !== null && (typeof owner !== 'string' || owner === '')) {
    const what = owner === '' ? 'empty' : typeof owner
    throw new TypeError(`owner is ${what}, expected a string, or null for receipts of public rules`)
  }
  if (!(maxAgeSeconds > 0)) {
    throw new RangeError(`maxAgeSeconds is ${maxAgeSeconds}, expected more than 0`)
  }
  const rules = rule === undefined ? undefined : [rule].flat()
  return { owner: owner ?? undefined, rules, maxAgeSeconds }
}
