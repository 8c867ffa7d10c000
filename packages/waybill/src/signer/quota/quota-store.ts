/**
 * The store of the counts of quotas: the memory of one process, DynamoDB, or a database of the
 * application.
 *
 * @module
 */

/** An amount of uploads. */
export interface QuotaAmount {
  readonly files: number
  /** Bytes of all of them. */
  readonly size: number
}

/** The count of one owner under one rule, in one hour, day or month. */
export interface QuotaWindow {
  /**
   * 64 hexadecimal digits: the SHA-256 of bucket, prefix, rule, owner and window. No two owners
   * share one, whatever is in their names.
   */
  readonly id: string
  /** `Number.MAX_SAFE_INTEGER` where there is no limit. */
  readonly limits: QuotaAmount
  readonly startsAt: Date
  /** After that, the count is of no use. */
  readonly endsAt: Date
}

/** What `take` has done. */
export interface QuotaTaken {
  /** Whether the amount is counted. */
  readonly isTaken: boolean
  /** What the window has left; 0 where more is counted than a new limit allows. */
  readonly remaining: QuotaAmount
}

/**
 * Keeps what was granted. What a function throws fails the call with 503 `SIGNER_UNAVAILABLE`:
 * without counting, nothing is granted.
 *
 * @example
 * ```ts
 * const quotas: QuotaStore = memoryQuotas()
 * ```
 */
export interface QuotaStore {
  /**
   * Counts an amount, unless the window would then hold more than its limits. It must be one atomic
   * step: of a hundred calls at once, no more may be counted than there is room for.
   */
  take(window: QuotaWindow, amount: QuotaAmount): Promise<QuotaTaken>
  /**
   * Takes back what `take` has counted, because the grant has failed. Do not retry it if the first
   * try may have succeeded.
   */
  giveBack(window: QuotaWindow, amount: QuotaAmount): Promise<void>
  /** Tells what the window has left, for a page to show. */
  remaining(window: QuotaWindow): Promise<QuotaAmount>
}
