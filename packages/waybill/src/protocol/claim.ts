/**
 * `claim` of a rule: how long an unclaimed object is kept.
 *
 * The signer signs a tag into each grant, a lifecycle rule of the bucket expires objects with that
 * tag, and `signer.claim` removes it. Lifecycle rules count in days, and so does the tag.
 *
 * @module
 */

/** A number of days, such as `'1 day'` or `'14 days'`. */
export type Days = `${number} ${'day' | 'days'}`

/**
 * The tag of an unclaimed object. Its value is the number of days after which a lifecycle rule
 * expires the object, see `claimTagDays`.
 */
export const CLAIM_TAG = 'waybill-claim'

const MAX_DAYS = 365
const SECONDS_PER_DAY = 86_400

/**
 * Parses a number of days.
 *
 * @param name - Name for error messages, such as `rules.photos.claim`.
 * @throws {RangeError} If it is not 1 to 365 days.
 */
export function parseDays(days: string, name: string): number {
  const count = Number(/^(\d{1,3}) days?$/.exec(days)?.[1])
  if (count >= 1 && count <= MAX_DAYS) return count
  throw new RangeError(
    `${name} is '${days.slice(0, 64)}', expected '1 day' to '${MAX_DAYS} days' in whole days`,
  )
}

/**
 * Calculates the number of days for an object's tag. The bucket needs a lifecycle rule for each
 * possible number.
 *
 * S3 counts the age of a multipart object from the start of its upload. Such an upload can be
 * resumed until its waybill expires, so that time is added.
 *
 * @param claimDays - `claim` of the rule.
 * @param waybillExpiresInSeconds - Option of the signer; `resumableFor` of the constructs.
 */
export function claimTagDays(
  claimDays: number,
  waybillExpiresInSeconds: number,
): { readonly single: number; readonly multipart: number } {
  const resumableDays = Math.ceil(waybillExpiresInSeconds / SECONDS_PER_DAY)
  return { single: claimDays, multipart: claimDays + resumableDays }
}
