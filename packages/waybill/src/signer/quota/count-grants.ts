/**
 * Counts the uploads that a call is granted and rejects those beyond the quota.
 *
 * A grant is counted before anything is signed, so after a crash the count may be too high, but
 * never too low. Aborting an upload does not reduce the count, because its signature still works.
 *
 * @module
 */

import type { BucketLocation, Digest } from 'waybill-s3'
import type { AskApplication } from '../../events/ask-application.ts'
import type { QuotaHints } from '../../protocol/messages.ts'
import type { CheckedQuota, QuotaPeriod } from '../../protocol/quota.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { fitsInto, type QuotaAmount, type QuotaWindow, type RuleQuota } from './quota-store.ts'

export interface QuotaContext {
  readonly location: Pick<BucketLocation, 'bucket'>
  readonly prefix: string
  readonly digest: Digest
  readonly ask: AskApplication
  now(): Date
  onError(error: unknown): void
}

/**
 * Grants an upload if the quota has room for it. If `grant` fails, the upload is no longer counted.
 *
 * @param size - The maximum number of bytes that the grant allows.
 * @throws {UploadError} `QUOTA_EXCEEDED`, or whatever `grant` throws.
 */
export type WithinQuota = <Grant>(size: number, grant: () => Promise<Grant>) => Promise<Grant>

const PERIODS = { hour: 'an hour', day: 'a day', month: 'a month' } as const

export async function countGrants(
  context: QuotaContext,
  ruleName: string,
  quota: RuleQuota,
  owner: string | undefined,
): Promise<WithinQuota> {
  const window = await quotaWindow(context, ruleName, quota, owner)
  const { store } = quota
  /**
   * Set when a file is rejected. Later files in the same call that exceed it need no request to the
   * store.
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
      // The caller gets the error from `grant`. The excess disappears when the window ends.
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

/**
 * If the store fails, the result has no `remaining` and `onError` gets the error, because the page
 * still needs the rest.
 */
export async function describeQuota(
  context: QuotaContext,
  ruleName: string,
  { store, ...quota }: RuleQuota,
  owner: string | undefined,
): Promise<QuotaHints> {
  const window = await quotaWindow(context, ruleName, quota, owner)
  try {
    const left = await context.ask('quotas.remaining', () => store.remaining(window))
    const { files, size } = quota
    return {
      ...quota,
      remaining: {
        ...(files === undefined ? {} : { files: left.files }),
        ...(size === undefined ? {} : { size: left.size }),
        until: window.endsAt.toISOString(),
      },
    }
  } catch (error) {
    context.onError(error)
    return quota
  }
}

/** @param owner - Callers without an owner share one window. */
async function quotaWindow(
  { location, prefix, digest, now }: QuotaContext,
  ruleName: string,
  { files, size, every }: CheckedQuota,
  owner: string | undefined,
): Promise<QuotaWindow> {
  const { startsAt, endsAt } = windowAt(now(), every)
  // Different lists never have the same JSON, and the owner 'null' differs from no owner. JSON also
  // escapes lone surrogates, which UTF-8 would replace with the same character.
  const named = [location.bucket, prefix, ruleName, owner ?? null, every, startsAt.toISOString()]
  return {
    id: await digest.sha256Hex(JSON.stringify(named)),
    limits: {
      files: files ?? Number.MAX_SAFE_INTEGER,
      size: size ?? Number.MAX_SAFE_INTEGER,
    },
    startsAt,
    endsAt,
  }
}

/** Returns when the window that contains `now` starts and ends, in UTC. */
export function windowAt(
  now: Date,
  every: QuotaPeriod,
): { readonly startsAt: Date; readonly endsAt: Date } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const day = every === 'month' ? 1 : now.getUTCDate()
  const hour = every === 'hour' ? now.getUTCHours() : 0
  // `Date.UTC` carries over: hour 24 is the next day, and day 32 is in the next month.
  const at = (next: 0 | 1) =>
    new Date(
      Date.UTC(
        year,
        month + (every === 'month' ? next : 0),
        day + (every === 'day' ? next : 0),
        hour + (every === 'hour' ? next : 0),
      ),
    )
  return { startsAt: at(0), endsAt: at(1) }
}
