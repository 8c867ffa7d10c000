/**
 * Why the arrival handler rejects objects. The reason appears in the tag `waybill-reason`, in the
 * `Upload Rejected` event and in docs/reference/arrival.md.
 *
 * @module
 */

import type { RejectionReason } from '../protocol/verdict.ts'

const REASONS = {
  'no-waybill': 'it carries no waybill: it was put into the bucket around the signer',
  'waybill-invalid': 'its waybill was not sealed by this signer',
  'waybill-of-another': 'its waybill was sealed for another object',
  'size-differs': 'its size is not the one that was signed',
  'type-differs': 'its content type is not the one that was signed',
  'checksum-differs': 'its SHA-256 is not the one that was signed',
  'content-differs': 'its bytes are of another type than the signed one',
  'content-unproven': 'its bytes do not begin as files of the signed type do',
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
