import { UploadError } from '../../protocol/upload-error.ts'
import type { Receipt } from './receipt.ts'
import type { ReceiptSeal } from './receipt-seal.ts'

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

export interface CheckedExpectation {
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
