/**
 * For how long an upload can be resumed, and after how many days unclaimed objects expire. That
 * number appears in each object's claim tag, in one of the bucket's lifecycle rules, and among the
 * tag values that the signer's role can write.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { claimTagDays, parseDays } from 'waybill/internal/protocol'

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

/**
 * Returns all possible values of the claim tag, in ascending order. For objects uploaded in parts,
 * `resumable` is added to the rule's `claim`.
 *
 * @throws {RangeError} If a duration is not 1 to 365 whole days.
 */
export function unclaimedDays(
  claims: readonly Duration[],
  resumable: Duration | undefined,
): readonly number[] {
  const seconds = resumableFor(resumable).toSeconds()
  const days = claims.flatMap((claim) => {
    const { single, multipart } = claimTagDays(claimDays(claim), seconds)
    return [single, multipart]
  })
  return [...new Set(days)].sort((a, b) => a - b)
}

/** @throws {RangeError} If `claim` is not 1 to 365 whole days. */
export function claimDays(claim: Duration): number {
  return parseDays(`${claim.toDays({ integral: false })} days`, 'claim')
}
