/**
 * Defines what metrics count: the outcome of an event, without anything that identifies the
 * uploader.
 *
 * Each combination of dimension values is a metric that costs money, so there are few values: rule
 * names, outcomes, and reasons from our own tables. Owners, keys, file names and anything else a
 * caller can choose are never among them.
 *
 * @module
 */

import type { SignerEvent } from 'waybill'

/**
 * `failed` is a refusal that was not the caller's fault: the signer or S3 failed. `gone` is an
 * object that was removed before its verdict.
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

/** How one event is counted. */
export interface Counted {
  readonly outcome: Outcome
  /** `undefined` if the rule is unknown. */
  readonly rule: string | undefined
  /** Why it was refused, rejected or not scanned. */
  readonly reason?: string | undefined
  /** Size of a verified object in bytes. */
  readonly bytes?: number | undefined
  /** Seconds from the grant to the completion. */
  readonly completionTime?: number | undefined
}

/** GuardDuty's results. An application's own scanner reports reasons as free text. */
const SCAN_RESULTS: ReadonlySet<string | undefined> = new Set([
  'ACCESS_DENIED',
  'FAILED',
  'UNSUPPORTED',
])

/**
 * Decides how an event is counted.
 *
 * @returns `undefined` if it is not counted.
 */
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
