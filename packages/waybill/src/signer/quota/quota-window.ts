/**
 * The window that a call counts in: the current hour, day or month (UTC) of one owner under one
 * rule.
 *
 * @module
 */

import type { BucketLocation, Digest } from 'waybill-s3'
import type { CheckedQuota, QuotaPeriod } from '../../protocol/quota.ts'
import type { QuotaWindow } from './quota-store.ts'

/** What distinguishes the windows of two signers, and the clock. */
export interface WindowContext {
  readonly location: Pick<BucketLocation, 'bucket'>
  readonly prefix: string
  readonly digest: Digest
  now(): Date
}

/** Returns the start of the window at `now`, and the start of the next one. */
export function windowAt(
  now: Date,
  every: QuotaPeriod,
): { readonly startsAt: Date; readonly endsAt: Date } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const day = every === 'month' ? 1 : now.getUTCDate()
  const hour = every === 'hour' ? now.getUTCHours() : 0
  // `Date.UTC` carries over: hour 24 is the next day, day 32 is in the next month.
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

/**
 * Returns the current window of a caller.
 *
 * @param owner - Callers without an owner share one window.
 */
export async function quotaWindow(
  { location, prefix, digest, now }: WindowContext,
  ruleName: string,
  { files, size, every }: CheckedQuota,
  owner: string | undefined,
): Promise<QuotaWindow> {
  const { startsAt, endsAt } = windowAt(now(), every)
  // JSON separates the members, so no two lists give the same text. It also encodes lone surrogates
  // distinctly, and tells the owner 'null' from no owner.
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
