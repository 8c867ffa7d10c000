/**
 * The verdicts on objects that have landed.
 *
 * @module
 */

import type { RejectionReason } from '../protocol/verdict.ts'
import type { TimeLimit } from '../storage/time-limit.ts'

interface Judged {
  /**
   * The same for every report of the same object (or version): at-least-once delivery repeats
   * reports.
   */
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  /** Bytes. */
  readonly size: number
  /** Content type as stored. */
  readonly type: string
  /** Unquoted. */
  readonly etag: string
  /** From the waybill, where there is one that can be opened. */
  readonly rule?: string
  readonly owner?: string
}

/** The object is what was signed: it has the tag `waybill=verified`. */
export interface Verified extends Judged {
  readonly verdict: 'verified'
}

/** The object is not what was signed: it has the tag `waybill=rejected`, or was deleted. */
export interface Rejected extends Judged {
  readonly verdict: 'rejected'
  readonly reason: RejectionReason
  /** One sentence for people: what was found, what was signed. */
  readonly message: string
  /** Whether the object was removed. */
  readonly deleted: boolean
}

/**
 * The object is what was signed, but the required malware scan has not taken place. Its tag is
 * `waybill=pending`; it is neither published nor deleted, and a later scan result leads to a
 * verdict.
 */
export interface NotScanned extends Judged {
  readonly verdict: 'not-scanned'
  /**
   * GuardDuty's result (`FAILED`, `ACCESS_DENIED`, `UNSUPPORTED`), or `AWAITED` while there is
   * none; or what `scan` gave as `notScanned`.
   */
  readonly reason: string
  /** One sentence for people. */
  readonly message: string
}

/**
 * There is nothing to judge: the object (or this version) is gone or replaced, has no waybill under
 * `withoutWaybill: 'ignore'`, or its key does not begin with arrival's prefix, so it belongs to
 * another signer.
 */
export interface Skipped {
  readonly verdict: 'skipped'
  readonly bucket: string
  readonly key: string
  readonly reason: 'gone' | 'no-waybill' | 'other-prefix'
}

/** What arrival decided about one object. Switch on `verdict`. */
export type Verdict = Verified | Rejected | NotScanned | Skipped

/**
 * Publishes a verdict, for example to an event bus. The same `id` may come again.
 *
 * @param limit - How long it may take.
 */
export type PublishVerdict = (verdict: Verified | Rejected, limit?: TimeLimit) => Promise<void>
