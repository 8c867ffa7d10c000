/**
 * Finds out by how much the clocks of S3 and of this machine differ, from the `Date` header that
 * each response of S3 has.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
 * @module
 */

/** S3 refuses requests that were signed at another time. */
const MAX_SKEW_SECONDS = 15 * 60
/** Requests are on their way for a while, and `Date` has whole seconds. */
const TOLD_FROM_SECONDS = 60
const TELL_EVERY_MS = 10 * 60 * 1000

/** Returns the seconds by which S3's clock is ahead of ours; 0 when the response does not say. */
export function secondsAhead({ headers }: Response, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : Math.round((date - now.getTime()) / 1000)
}

/** Says whether S3 refuses what is signed with such a difference. */
export function isTooSkewed(seconds: number): boolean {
  return Math.abs(seconds) > MAX_SKEW_SECONDS
}

/**
 * Creates the function that tells of a difference which S3 still accepts: signatures for clients
 * then end too early, or too late.
 *
 * @param tell - Gets the seconds by which S3's clock is ahead, every ten minutes at most.
 */
export function skewTeller(
  tell: (seconds: number) => void,
  now: () => Date,
): (seconds: number) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (seconds) => {
    // S3 has accepted the signature: beyond its limit, another server has written the date.
    if (Math.abs(seconds) < TOLD_FROM_SECONDS || isTooSkewed(seconds)) return
    if (now().getTime() - toldAt < TELL_EVERY_MS) return
    toldAt = now().getTime()
    tell(seconds)
  }
}
