/**
 * A rule's `claim`: how long an unclaimed object is kept.
 *
 * The signer signs a tag into each grant. One of the bucket's lifecycle rules expires objects with
 * that tag, and `signer.claim` removes the tag. Its value is a number of days because lifecycle
 * rules count in days.
 *
 * @module
 */

/** A number of days, such as `'1 day'` or `'14 days'`. */
export type Days = `${number} ${'day' | 'days'}`

/**
 * Name of the tag on an unclaimed object. The tag's value is the number of days after which a
 * lifecycle rule expires the object; see `claimTagDays`.
 */
export const CLAIM_TAG = 'waybill-claim'

const MAX_DAYS = 365
const SECONDS_PER_DAY = 86_400

/**
 * Parses a number of days.
 *
 * @param name - What error messages call the value, such as `rules.photos.claim`.
 * @throws {RangeError} If it is not between 1 and 365 days.
 */
export function parseDays(days: string, name: string): number {
  const count = Number(/^(\d{1,3}) days?$/.exec(days)?.[1])
  if (count >= 1 && count <= MAX_DAYS) return count
  throw new RangeError(
    `${name} is '${days.slice(0, 64)}', expected '1 day' to '${MAX_DAYS} days' in whole days`,
  )
}

/**
 * Calculates the number of days for the tag of an object. The bucket needs a lifecycle rule for
 * each of the two numbers.
 *
 * S3 counts the age of a multipart object from the start of its upload. The upload can be resumed
 * until its waybill expires, so the waybill's lifetime is added.
 *
 * @param claimDays - The rule's `claim`, in days.
 * @param waybillExpiresInSeconds - The signer's option; the constructs call it `resumableFor`.
 */
export function claimTagDays(
  claimDays: number,
  waybillExpiresInSeconds: number,
): { readonly single: number; readonly multipart: number } {
  const resumableDays = Math.ceil(waybillExpiresInSeconds / SECONDS_PER_DAY)
  return { single: claimDays, multipart: claimDays + resumableDays }
}
