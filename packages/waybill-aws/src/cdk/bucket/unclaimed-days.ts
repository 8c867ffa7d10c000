/**
 * The days after which unclaimed objects expire. They stand in the tag of each object, in a
 * lifecycle rule of the bucket, and in what the signer may write.
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import { claimTagDays, parseDays } from 'waybill/internal/claim'
import { resumableFor } from './resumable-for.ts'

/**
 * Returns all values that the tag of an unclaimed object can have, in ascending order.
 *
 * @param claims - `claim` of each rule that has one.
 * @param resumable - The prop `resumableFor`, which objects in parts get in addition.
 * @throws {RangeError} When a time is not 1 to 365 whole days.
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

/** Reads the prop `claim` of a rule as whole days. */
export function claimDays(claim: Duration): number {
  return parseDays(`${claim.toDays({ integral: false })} days`, 'claim')
}
