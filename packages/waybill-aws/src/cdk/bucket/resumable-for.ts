/**
 * How long an upload can be resumed: one duration for the life of the waybill and for the lifecycle
 * of the bucket.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'

const LONGEST = Duration.days(365)

/**
 * Checks the prop `resumableFor`.
 *
 * @returns The given duration, or a week.
 * @throws {Error} When it is shorter than an hour, in which large uploads do not end, or longer
 *   than a year.
 */
export function resumableFor(given: Duration = Duration.days(7)): Duration {
  const seconds = given.toSeconds()
  if (seconds < 3600 || seconds > LONGEST.toSeconds()) {
    throw new Error(`resumableFor is ${seconds} s, expected one hour to 365 days`)
  }
  return given
}

/**
 * Rounds a duration up to whole days, in which lifecycle rules count. They act at the midnight
 * (UTC) after them, so never before the waybill expires.
 */
export function wholeDays(duration: Duration): Duration {
  return Duration.days(Math.ceil(duration.toDays({ integral: false })))
}
