import type { BucketLocation, Digest } from 'waybill-s3'
import type { CheckedQuota, QuotaPeriod } from '../../protocol/quota.ts'
import type { QuotaWindow } from './quota-store.ts'

export interface WindowContext {
  readonly location: Pick<BucketLocation, 'bucket'>
  readonly prefix: string
  readonly digest: Digest
  now(): Date
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

/** @param owner - Callers without an owner share one window. */
export async function quotaWindow(
  { location, prefix, digest, now }: WindowContext,
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
