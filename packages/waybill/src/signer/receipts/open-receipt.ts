/**
 * Opens a receipt and checks that it belongs to the submitter.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Receipt } from './receipt.ts'
import type { ReceiptSeal } from './receipt-seal.ts'

/** What a submitted receipt must be. */
export interface ReceiptExpectation {
  /**
   * The submitter, as `authorize` returns it as the owner; `null` for receipts of public rules,
   * which have no owner. Without this check, a stolen receipt would work for the thief.
   */
  readonly owner: string | null
  /**
   * Names of the accepted upload rules.
   * @default any
   */
  readonly rule?: string | readonly string[]
  /**
   * Maximum age of the receipt's object in seconds. An upload in parts is as old as its beginning:
   * allow more if uploads take days.
   * @default 86400 (a day)
   */
  readonly maxAgeSeconds?: number
}

const DAY = 86_400
/** The clocks of two servers differ. */
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

/** An expectation with defaults filled in. */
export interface CheckedExpectation {
  readonly owner: string | undefined
  readonly rules: readonly string[] | undefined
  readonly maxAgeSeconds: number
}

/**
 * Checks an expectation. JavaScript callers may omit the owner, and a user with an empty id would
 * own every receipt.
 *
 * @throws {TypeError | RangeError}
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
