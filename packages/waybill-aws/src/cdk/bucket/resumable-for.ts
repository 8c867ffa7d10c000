/**
 * How long an upload can be resumed: one duration that determines both the waybill's lifetime and
 * the bucket's lifecycle rule.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'

const LONGEST = Duration.days(365)

/**
 * Validates the `resumableFor` prop.
 *
 * @returns The given duration, or a week by default.
 * @throws {Error} If it is shorter than an hour, which is too short for large uploads, or longer
 *   than 365 days.
 */
export function resumableFor(given: Duration = Duration.days(7)): Duration {
  const seconds = given.toSeconds()
  if (seconds < 3600 || seconds > LONGEST.toSeconds()) {
    throw new Error(`resumableFor is ${seconds} s, expected one hour to 365 days`)
  }
  return given
}

/**
 * Rounds a duration up to whole days, the unit of lifecycle rules. The rules take effect at the
 * following midnight (UTC), and therefore never before the waybill expires.
 */
export function wholeDays(duration: Duration): Duration {
  return Duration.days(Math.ceil(duration.toDays({ integral: false })))
}
