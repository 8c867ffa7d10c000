/**
 * How long an upload can be resumed: one duration, of which the waybill's life and the bucket's lifecycle are made.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'

const LONGEST = Duration.days(365)

/**
 * The given duration, or a week.
 *
 * @throws {Error} For less than an hour, in which large uploads do not end, and for more than a year.
 */
export function resumableFor(given: Duration = Duration.days(7)): Duration {
  const seconds = given.toSeconds()
  if (seconds < 3600 || seconds > LONGEST.toSeconds()) {
    throw new Error(`resumableFor is ${seconds} s, expected one hour to 365 days`)
  }
  return given
}

/** Lifecycle rules count in whole days, and act at the midnight (UTC) after them: never before the waybill ends. */
export function wholeDays(duration: Duration): Duration {
  return Duration.days(Math.ceil(duration.toDays({ integral: false })))
}
