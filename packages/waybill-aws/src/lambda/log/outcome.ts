/**
 * Determines how events are counted in metrics.
 *
 * Each combination of dimension values is a metric that costs money. The values are therefore
 * limited to rule names, outcomes and a fixed set of reasons. Owners, keys, file names and anything
 * else that a caller can choose are never used.
 *
 * @module
 */

import type { SignerEvent } from 'waybill'

/**
 * `failed` means that the signer or S3 failed, and `refused` that the caller's request was
 * rejected. `gone` is an object that was removed before its verdict.
 */
export type Outcome =
  | 'granted'
  | 'completed'
  | 'refused'
  | 'failed'
  | 'verified'
  | 'rejected'
  | 'not-scanned'
  | 'gone'

export interface Counted {
  readonly outcome: Outcome
  /** `undefined` if the rule is unknown. */
  readonly rule: string | undefined
  readonly reason?: string | undefined
  /** Set only for verified objects. */
  readonly bytes?: number | undefined
  /** Seconds from the grant to the completion. */
  readonly completionTime?: number | undefined
}

/** GuardDuty's result codes. An application's own scanner can report any text. */
const SCAN_RESULTS: ReadonlySet<string | undefined> = new Set([
  'ACCESS_DENIED',
  'FAILED',
  'UNSUPPORTED',
])

/** @returns `undefined` if the event is not counted. */
export function countedOf(event: SignerEvent): Counted | undefined {
  const { rule } = event
  switch (event.type) {
    case 'grant':
      return { outcome: 'granted', rule }
    case 'completion':
      return { outcome: 'completed', rule, completionTime: event.secondsSinceGrant }
    case 'refusal':
      return { outcome: event.status >= 500 ? 'failed' : 'refused', rule, reason: event.code }
    case 'verdict': {
      const { verdict, reason, size } = event
      if (verdict === 'verified') return { outcome: verdict, rule, bytes: size }
      // The scan has no result yet.
      if (reason === 'AWAITED') return undefined
      const known = verdict !== 'not-scanned' || SCAN_RESULTS.has(reason)
      return { outcome: verdict, rule, reason: known ? reason : 'OTHER' }
    }
    default:
      return undefined
  }
}
