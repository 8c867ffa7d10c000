/**
 * Measures how far the clocks of S3 and this machine differ, using the `Date` header of S3's
 * responses.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
 * @module
 */

/** S3 refuses requests signed with a larger difference. */
const MAX_SKEW_SECONDS = 15 * 60
/** Requests take a while to arrive, and `Date` has a resolution of one second. */
const REPORTED_FROM_SECONDS = 60
const REPORT_INTERVAL_MS = 10 * 60 * 1000

/** Returns the seconds by which S3's clock is ahead of ours; 0 if the response does not tell. */
export function secondsAhead({ headers }: Response, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : Math.round((date - now.getTime()) / 1000)
}

/** Returns whether S3 refuses signatures with this difference. */
export function isTooSkewed(seconds: number): boolean {
  return Math.abs(seconds) > MAX_SKEW_SECONDS
}

/**
 * Creates a function that reports a difference which S3 still accepts: signatures for clients then
 * expire too early or too late.
 *
 * @param report - Gets the seconds by which S3's clock is ahead, once every ten minutes at most.
 */
export function skewReporter(
  report: (seconds: number) => void,
  now: () => Date,
): (seconds: number) => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return (seconds) => {
    // S3 accepted the signature. If the difference exceeds S3's limit, another server wrote the
    // date.
    if (Math.abs(seconds) < REPORTED_FROM_SECONDS || isTooSkewed(seconds)) return
    if (now().getTime() - reportedAt < REPORT_INTERVAL_MS) return
    reportedAt = now().getTime()
    report(seconds)
  }
}
