/**
 * Counts what one call is granted, and refuses grants beyond the quota.
 *
 * A grant is counted before anything is signed, so that after a crash too much may be counted, but
 * never too little. Nothing is given back when an upload is aborted: its signature still works.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { fitsInto } from './quota-amount.ts'
import type { QuotaAmount, QuotaWindow } from './quota-store.ts'
import { quotaWindow } from './quota-window.ts'
import type { RuleQuota } from './rule-quota.ts'

/**
 * Grants an upload, if the quota has room for it. What was counted is given back when the grant
 * fails.
 *
 * @param size - The most bytes that may be stored.
 * @throws {UploadError} `QUOTA_EXCEEDED`, or what the grant fails with.
 */
export type WithinQuota = <Grant>(size: number, grant: () => Promise<Grant>) => Promise<Grant>

const PERIODS = { hour: 'an hour', day: 'a day', month: 'a month' } as const

/** Begins to count the grants of one call. */
export async function countGrants(
  context: SignerContext,
  rule: SignerRule,
  quota: RuleQuota,
  owner: string | undefined,
): Promise<WithinQuota> {
  const window = await quotaWindow(context, rule, quota, owner)
  const { store } = quota
  /**
   * What was left when a file of this call was refused: files beyond it need no further request.
   */
  let left: QuotaAmount | undefined

  const take = async (amount: QuotaAmount) => {
    if (left && !fitsInto(amount, left)) throw exceeded(quota, window, amount, left, context.now())
    const taken = await context.ask('quotas.take', () => store.take(window, amount))
    if (taken.isTaken === true) return
    left = taken.remaining
    throw exceeded(quota, window, amount, left, context.now())
  }

  const giveBack = async (amount: QuotaAmount) => {
    try {
      await context.ask('quotas.giveBack', () => store.giveBack(window, amount))
    } catch (error) {
      // The caller gets the error of the grant. The count ends with its window.
      context.onError(error)
    }
  }

  return async (size, grant) => {
    const amount = { files: 1, size }
    await take(amount)
    try {
      return await grant()
    } catch (error) {
      await giveBack(amount)
      throw error
    }
  }
}

function exceeded(
  { files, size, every }: RuleQuota,
  { endsAt }: QuotaWindow,
  amount: QuotaAmount,
  left: QuotaAmount,
  now: Date,
): UploadError {
  const retryAfterSeconds = Math.max(1, Math.ceil((endsAt.getTime() - now.getTime()) / 1000))
  const isFull = left.files < amount.files
  const what = isFull
    ? `file is one more than the ${files} files that are allowed ${PERIODS[every]}`
    : `file is ${amount.size} bytes, ${left.size} are left of the ${size} that are allowed ${PERIODS[every]}`
  return new UploadError('QUOTA_EXCEEDED', `${what}: ask again in ${retryAfterSeconds} s`, {
    details: { actual: amount.size, allowed: isFull ? 0 : left.size, retryAfterSeconds },
  })
}
