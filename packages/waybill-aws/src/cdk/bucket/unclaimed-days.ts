/**
 * Determines after how many days unclaimed objects expire. The number appears in each object's
 * claim tag, in one of the bucket's lifecycle rules, and among the tag values that the signer's
 * role can write.
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import { claimTagDays, parseDays } from 'waybill/internal/protocol'
import { resumableFor } from './resumable-for.ts'

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
