/**
 * The window that a call counts in: the hour, the day or the month in UTC, of one owner under one
 * rule.
 *
 * @module
 */

import type { CheckedQuota, QuotaPeriod } from '../../protocol/quota.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { QuotaWindow } from './quota-store.ts'

/** The beginning of a window, and of the next one. */
export function windowAt(
  now: Date,
  every: QuotaPeriod,
): { readonly startsAt: Date; readonly endsAt: Date } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const day = every === 'month' ? 1 : now.getUTCDate()
  const hour = every === 'hour' ? now.getUTCHours() : 0
  // `Date.UTC` carries over: hour 24 is the next day, day 32 the next month.
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
 * Makes the window of a caller.
 *
 * @param owner - Callers without one share a window.
 */
export async function quotaWindow(
  { location, prefix, digest, now }: SignerContext,
  { name }: Pick<SignerRule, 'name'>,
  { files, size, every }: CheckedQuota,
  owner: string | undefined,
): Promise<QuotaWindow> {
  const { startsAt, endsAt } = windowAt(now(), every)
  // JSON separates the members, and no two lone surrogates are encoded alike. The text 'null' is an
  // owner, null is none.
  const named = [location.bucket, prefix, name, owner ?? null, every, startsAt.toISOString()]
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
