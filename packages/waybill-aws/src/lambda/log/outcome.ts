/**
 * What metrics count: the outcome of an event, without anything that says whose upload it was.
 *
 * Each combination of dimension values is a metric that costs money, so all of them are few: names
 * of rules, outcomes, and reasons from our own tables. Owners, keys, file names and whatever else a
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

/** What is counted of one event. */
export interface Counted {
  readonly outcome: Outcome
  /** Missing where no rule of the signer is known. */
  readonly rule: string | undefined
  /** Why it was refused, rejected or not scanned. */
  readonly reason?: string | undefined
  /** Bytes of a verified object. */
  readonly bytes?: number | undefined
  /** Seconds from the grant to the completion. */
  readonly completionTime?: number | undefined
}

/** Those of GuardDuty. A scanner of the application's own gives reasons in its own words. */
const SCAN_RESULTS: ReadonlySet<string | undefined> = new Set([
  'ACCESS_DENIED',
  'FAILED',
  'UNSUPPORTED',
])

/** Decides what an event counts as. @returns `undefined` when it is not counted. */
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
      // Its scan is under way and has no result yet.
      if (reason === 'AWAITED') return undefined
      const known = verdict !== 'not-scanned' || SCAN_RESULTS.has(reason)
      return { outcome: verdict, rule, reason: known ? reason : 'OTHER' }
    }
    default:
      return undefined
  }
}
