/**
 * A rule's `claim`: how long an unclaimed object is kept.
 *
 * The signer signs a tag into each grant. A lifecycle rule expires objects that still have the tag,
 * and `signer.claim` removes it. Lifecycle rules count in days, so the tag's value is in days, too.
 *
 * @module
 */

/** A number of days, such as `'1 day'` or `'14 days'`. */
export type Days = `${number} ${'day' | 'days'}`

/**
 * Name of an unclaimed object's tag. The tag's value is the number of days until the object
 * expires; see `claimTagDays`.
 */
export const CLAIM_TAG = 'waybill-claim'

const MAX_DAYS = 365
const SECONDS_PER_DAY = 86_400

/**
 * @param name - Name of the value in error messages, such as `rules.photos.claim`.
 * @throws {RangeError} If the value is not between 1 and 365 days.
 */
export function parseDays(days: string, name: string): number {
  const count = Number(/^(\d{1,3}) days?$/.exec(days)?.[1])
  if (count >= 1 && count <= MAX_DAYS) return count
  throw new RangeError(
    `${name} is '${days.slice(0, 64)}', expected '1 day' to '${MAX_DAYS} days' in whole days`,
  )
}

/**
 * Returns the tag values for objects uploaded in a single request and for multipart objects. The
 * bucket needs a lifecycle rule for each of the two.
 *
 * S3 counts a multipart object's age from the start of its upload, which can be resumed until the
 * waybill expires. The tag value therefore includes the waybill's lifetime.
 *
 * @param waybillExpiresInSeconds - The signer's option; the CDK constructs call it `resumableFor`.
 */
export function claimTagDays(
  claimDays: number,
  waybillExpiresInSeconds: number,
): { readonly single: number; readonly multipart: number } {
  const resumableDays = Math.ceil(waybillExpiresInSeconds / SECONDS_PER_DAY)
  return { single: claimDays, multipart: claimDays + resumableDays }
}
