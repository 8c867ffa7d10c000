/**
 * Measures how far S3's clock differs from ours, using the `Date` header of S3's responses.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
 * @module
 */

/** S3 rejects requests if the clocks differ by more than this. */
const MAX_SKEW_SECONDS = 15 * 60
/**
 * Smaller differences are ignored, because requests take time and `Date` is rounded to a second.
 */
const REPORTED_FROM_SECONDS = 60
const REPORT_INTERVAL_MS = 10 * 60 * 1000

/**
 * Returns the seconds by which S3's clock is ahead of ours; 0 if the response has no valid date.
 */
export function secondsAhead({ headers }: Response, now: Date): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : Math.round((date - now.getTime()) / 1000)
}

export function isTooSkewed(seconds: number): boolean {
  return Math.abs(seconds) > MAX_SKEW_SECONDS
}

/**
 * Creates a function that reports differences that S3 still accepts. They matter because signatures
 * for clients then expire too early or too late.
 *
 * @param report - Called with the seconds by which S3's clock is ahead, at most every ten minutes.
 */
export function skewReporter(
  report: (seconds: number) => void,
  now: () => Date,
): (seconds: number) => void {
  let reportedAt = Number.NEGATIVE_INFINITY
  return (seconds) => {
    // S3 accepted the signature, so a larger difference means that another server wrote the date.
    if (Math.abs(seconds) < REPORTED_FROM_SECONDS || isTooSkewed(seconds)) return
    if (now().getTime() - reportedAt < REPORT_INTERVAL_MS) return
    reportedAt = now().getTime()
    report(seconds)
  }
}
