import type { ErrorMessage } from './messages.ts'

/**
 * These reasons are a contract. Each is the value of a `waybill-reason` tag, so it contains only
 * letters, digits and `-`.
 */
const REJECTION_REASONS = [
  'no-waybill',
  'waybill-invalid',
  'waybill-of-another',
  'size-differs',
  'type-differs',
  'checksum-differs',
  'content-differs',
  'content-unproven',
  'active-content',
  'malware',
] as const

/** Why an object was rejected: the value of its `waybill-reason` tag. */
export type RejectionReason = (typeof REJECTION_REASONS)[number]

/** Body of `POST B/verdict`. */
export interface VerdictRequest {
  /** From the response to `complete`. */
  readonly receipt: string
}

/** Body of `POST B/verdict` for 1 to 100 files of one owner. It is up to 256 KB long. */
export interface VerdictsRequest {
  readonly receipts: readonly string[]
}

/** Response to `POST B/verdict` for several files, in the order of the request. */
export interface VerdictsResponse {
  readonly verdicts: readonly (VerdictResponse | ErrorMessage)[]
}

/** Response to `POST B/verdict`: the arrival handler's verdict on a stored object. */
export type VerdictResponse =
  /** The object matches what was signed. */
  | { readonly verdict: 'verified' }
  | {
      readonly verdict: 'rejected'
      /**
       * Missing if a newer version of the arrival handler wrote a reason that this version does not
       * know.
       */
      readonly reason?: RejectionReason
    }
  /** The object has not been checked yet, or no arrival handler is deployed. */
  | { readonly verdict: 'pending' }
  /** The object matches what was signed, but no malware scan has cleared it yet. */
  | { readonly verdict: 'not-scanned' }

/** @returns `undefined` for a verdict that this version does not know. */
export function readVerdict(verdict: unknown, reason: unknown): VerdictResponse | undefined {
  if (verdict === 'rejected') {
    const known = REJECTION_REASONS.find((one) => one === reason)
    return { verdict, ...(known ? { reason: known } : {}) }
  }
  return verdict === 'verified' || verdict === 'pending' || verdict === 'not-scanned'
    ? { verdict }
    : undefined
}
