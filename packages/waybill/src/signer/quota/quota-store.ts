import type { CheckedQuota } from '../../protocol/quota.ts'

/** A number of files and their total size. */
export interface QuotaAmount {
  readonly files: number
  /** Total size in bytes. */
  readonly size: number
}

/** One owner's quota under one rule for one hour, day or month. */
export interface QuotaWindow {
  /**
   * Identifies the window: the SHA-256 of bucket, prefix, rule, owner and period, as 64 hexadecimal
   * digits.
   */
  readonly id: string
  /** A limit that the quota does not set is `Number.MAX_SAFE_INTEGER`. */
  readonly limits: QuotaAmount
  readonly startsAt: Date
  /** The count can be deleted after this time. */
  readonly endsAt: Date
}

/** Result of `QuotaStore.take`. */
export interface QuotaResult {
  /** Whether the amount was counted. */
  readonly isTaken: boolean
  /** What is left of the quota. 0 if the limit was lowered below the current count. */
  readonly remaining: QuotaAmount
}

/**
 * Counts grants. If `take` throws, the call fails with 503 `SIGNER_UNAVAILABLE`, so nothing is
 * granted without being counted. Errors from the other functions only go to `onError`.
 *
 * @example
 * ```ts
 * const quotas: QuotaStore = memoryQuotas()
 * ```
 */
export interface QuotaStore {
  /**
   * Counts an amount unless that would exceed the window's limits. Checking and counting must be
   * one atomic step. Otherwise concurrent calls could exceed the limits.
   */
  take(window: QuotaWindow, amount: QuotaAmount): Promise<QuotaResult>
  /**
   * Subtracts an amount that `take` has counted, because the grant failed. Do not retry if the
   * first attempt may have succeeded.
   */
  giveBack(window: QuotaWindow, amount: QuotaAmount): Promise<void>
  /** Returns what is left of the quota, for pages to display. */
  remaining(window: QuotaWindow): Promise<QuotaAmount>
}

export interface RuleQuota extends CheckedQuota {
  readonly store: QuotaStore
}

export function remainingOf(limits: QuotaAmount, used: QuotaAmount): QuotaAmount {
  return {
    files: Math.max(0, limits.files - used.files),
    size: Math.max(0, limits.size - used.size),
  }
}

export function fitsInto({ files, size }: QuotaAmount, room: QuotaAmount): boolean {
  return files <= room.files && size <= room.size
}
