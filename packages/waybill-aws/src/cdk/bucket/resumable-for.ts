import { Duration } from 'aws-cdk-lib'

const LONGEST = Duration.days(365)

/**
 * The duration determines both the waybill's lifetime and when the bucket's lifecycle rule aborts
 * incomplete uploads.
 *
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
 * Lifecycle rules count whole days and take effect at the following midnight UTC. With the duration
 * rounded up, they never take effect before the waybill expires.
 */
export function wholeDays(duration: Duration): Duration {
  return Duration.days(Math.ceil(duration.toDays({ integral: false })))
}
