/**
 * The interface of the store that counts quotas (memory of one process, DynamoDB, or the
 * application's own database), and the arithmetic of what is counted.
 *
 * @module
 */

import type { CheckedQuota } from '../../protocol/quota.ts'

/** A number of files and their bytes. */
export interface QuotaAmount {
  readonly files: number
  /** Bytes of all files together. */
  readonly size: number
}

/** The count of one owner under one rule, in one hour, day or month. */
export interface QuotaWindow {
  /**
   * 64 hexadecimal digits: the SHA-256 of bucket, prefix, rule, owner and window. No two owners
   * share an id, whatever their names contain.
   */
  readonly id: string
  /** A member is `Number.MAX_SAFE_INTEGER` if the quota does not limit it. */
  readonly limits: QuotaAmount
  readonly startsAt: Date
  /** The count can be deleted after this time. */
  readonly endsAt: Date
}

/** The result of `take`. */
export interface QuotaTaken {
  /** Whether the amount was counted. */
  readonly isTaken: boolean
  /** What is left in the window; 0 if more has been counted than a lowered limit allows. */
  readonly remaining: QuotaAmount
}

/**
 * Counts grants. If one of its functions throws, the call fails with 503 `SIGNER_UNAVAILABLE`:
 * nothing is granted without being counted.
 *
 * @example
 * ```ts
 * const quotas: QuotaStore = memoryQuotas()
 * ```
 */
export interface QuotaStore {
  /**
   * Counts an amount unless the window would then exceed its limits. Check and count must be one
   * atomic step, so that concurrent calls never take more than the limits.
   */
  take(window: QuotaWindow, amount: QuotaAmount): Promise<QuotaTaken>
  /**
   * Subtracts an amount that `take` has counted, because the grant failed. Do not retry it if the
   * first attempt may have succeeded.
   */
  giveBack(window: QuotaWindow, amount: QuotaAmount): Promise<void>
  /** Returns what is left in the window, for a page to show. */
  remaining(window: QuotaWindow): Promise<QuotaAmount>
}

/** A rule's quota and the store that counts it. */
export interface RuleQuota extends CheckedQuota {
  readonly store: QuotaStore
}

/** Returns what is left of `limits`, never below zero. */
export function remainingOf(limits: QuotaAmount, used: QuotaAmount): QuotaAmount {
  return {
    files: Math.max(0, limits.files - used.files),
    size: Math.max(0, limits.size - used.size),
  }
}

export function fitsInto({ files, size }: QuotaAmount, room: QuotaAmount): boolean {
  return files <= room.files && size <= room.size
}
