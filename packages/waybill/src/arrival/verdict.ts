/**
 * The verdicts on stored objects.
 *
 * @module
 */

import type { RejectionReason } from '../protocol/verdict.ts'
import type { TimeLimit } from '../storage/time-limit.ts'

interface Judged {
  /**
   * The same for every report of the same object (or version), because events are delivered at
   * least once.
   */
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  /** In bytes. */
  readonly size: number
  /** Stored content type. */
  readonly type: string
  /** Without quotes. */
  readonly etag: string
  /** From the waybill, if it could be opened. */
  readonly rule?: string
  readonly owner?: string
}

/** The object matches what was signed. Its tag is `waybill=verified`. */
export interface Verified extends Judged {
  readonly verdict: 'verified'
}

/** The object does not match what was signed. Its tag is `waybill=rejected`, or it was deleted. */
export interface Rejected extends Judged {
  readonly verdict: 'rejected'
  readonly reason: RejectionReason
  /** One sentence for people: what was found and what was signed. */
  readonly message: string
  /** Whether the object was deleted. */
  readonly deleted: boolean
}

/**
 * The object matches what was signed, but the required malware scan has not taken place yet. Its
 * tag is `waybill=pending`; it is neither published nor deleted, and a later scan result leads to a
 * verdict.
 */
export interface NotScanned extends Judged {
  readonly verdict: 'not-scanned'
  /**
   * GuardDuty's result (`FAILED`, `ACCESS_DENIED`, `UNSUPPORTED`); `AWAITED` if there is none yet;
   * or the reason that `scan` returned as `notScanned`.
   */
  readonly reason: string
  /** One sentence for people. */
  readonly message: string
}

/**
 * There is nothing to judge: the object (or this version) was removed or replaced, has no waybill
 * under `withoutWaybill: 'ignore'`, or its key does not begin with arrival's prefix, so it belongs
 * to another signer.
 */
export interface Skipped {
  readonly verdict: 'skipped'
  readonly bucket: string
  readonly key: string
  readonly reason: 'gone' | 'no-waybill' | 'other-prefix'
}

/** A verdict on an object that exists. */
export type Decided = Verified | Rejected | NotScanned

/** Arrival's decision on one object. Switch on `verdict`. */
export type Verdict = Decided | Skipped

/**
 * Publishes a verdict, for example to an event bus. The same `id` may be published more than once.
 *
 * @param limit - How long it may take.
 */
export type PublishVerdict = (verdict: Verified | Rejected, limit?: TimeLimit) => Promise<void>
