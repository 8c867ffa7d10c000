/**
 * Verdicts on stored objects, and why the arrival handler rejects some. The reason appears in the
 * tag `waybill-reason`, in the `Upload Rejected` event and in docs/reference/arrival.md.
 *
 * @module
 */

import type { RejectionReason } from '../protocol/verdict.ts'
import type { TimeLimit } from '../storage/time-limit.ts'

interface Judged {
  /**
   * The same for every report of the same object or version. Events are delivered at least once, so
   * use it to recognize duplicates.
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

/** The object matches what was signed. It has the tag `waybill=verified`. */
export interface Verified extends Judged {
  readonly verdict: 'verified'
}

/**
 * The object does not match what was signed. It has the tag `waybill=rejected`, or it was deleted.
 */
export interface Rejected extends Judged {
  readonly verdict: 'rejected'
  readonly reason: RejectionReason
  /** One sentence for people that says what was found and what was signed. */
  readonly message: string
  /** Whether the object was deleted. */
  readonly deleted: boolean
}

/**
 * The object matches what was signed, but the required malware scan has not taken place yet. It has
 * the tag `waybill=pending` until a later scan result leads to a verdict. Until then, no event
 * about it is published, and it is not deleted.
 */
export interface NotScanned extends Judged {
  readonly verdict: 'not-scanned'
  /**
   * GuardDuty's result (`FAILED`, `ACCESS_DENIED`, `UNSUPPORTED`), `AWAITED` if there is none yet,
   * or the reason that `scan` returned as `notScanned`.
   */
  readonly reason: string
  /** One sentence for people. */
  readonly message: string
}

/**
 * The object was not judged. It was removed or replaced (`gone`), it has no waybill and
 * `withoutWaybill` is `'ignore'` (`no-waybill`), its key belongs to another signer because it does
 * not begin with the configured prefix (`other-prefix`), or the deployed arrival function waits for
 * another event, GuardDuty's scan result (`scan-awaited`).
 */
export interface Skipped {
  readonly verdict: 'skipped'
  readonly bucket: string
  readonly key: string
  readonly reason: 'gone' | 'no-waybill' | 'other-prefix' | 'scan-awaited'
}

/** A verdict on an object that exists. */
export type Decided = Verified | Rejected | NotScanned

/** The result of judging one object. Switch on `verdict`. */
export type Verdict = Decided | Skipped

/**
 * Publishes a verdict, for example to an event bus. The same `id` may be published more than once.
 *
 * @param limit - How long publishing may take.
 */
export type PublishVerdict = (verdict: Verified | Rejected, limit?: TimeLimit) => Promise<void>

const REASONS = {
  'no-waybill': 'it carries no waybill: it was put into the bucket around the signer',
  'waybill-invalid': 'its waybill was not sealed by this signer',
  'waybill-of-another': 'its waybill was sealed for another object',
  'size-differs': 'its size is not the one that was signed',
  'type-differs': 'its content type is not the one that was signed',
  'checksum-differs': 'its SHA-256 is not the one that was signed',
  'content-differs': 'its bytes are of another type than the signed one',
  'content-unproven': 'its first bytes are not those of the signed type',
  'active-content': 'its bytes hold markup or script that the signed type does not have',
  malware: 'the malware scan has found something',
} as const satisfies Record<RejectionReason, string>

/** Why an object was rejected. */
export interface Rejection {
  readonly reason: RejectionReason
  /** One sentence that says what was found and what was signed. */
  readonly message: string
}

/** @param found - What was found and what was signed, if known. */
export function rejection(reason: RejectionReason, found?: string): Rejection {
  return { reason, message: found ? `${REASONS[reason]}: ${found}` : REASONS[reason] }
}
