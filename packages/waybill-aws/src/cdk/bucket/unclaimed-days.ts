/**
 * The days after which unclaimed objects expire. They appear in each object's tag, in a lifecycle
 * rule of the bucket, and in the tags the signer may write.
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import { claimTagDays, parseDays } from 'waybill/internal/claim'
import { resumableFor } from './resumable-for.ts'

/**
 * Returns all possible tag values of an unclaimed object, in ascending order.
 *
 * @param claims - `claim` of each rule that has one.
 * @param resumable - The prop `resumableFor`, which is added for objects uploaded in parts.
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

/** Returns the prop `claim` of a rule in whole days. */
export function claimDays(claim: Duration): number {
  return parseDays(`${claim.toDays({ integral: false })} days`, 'claim')
}
