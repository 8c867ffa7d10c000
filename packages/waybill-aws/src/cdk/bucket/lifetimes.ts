/**
 * How long the bucket keeps what it holds: when incomplete uploads are aborted, and when rejected,
 * unclaimed and overwritten objects, and those without a verdict, expire.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3'
import { CLAIM_TAG, claimTagDays, parseDays } from 'waybill/internal/protocol'
import { PENDING, VERDICT_TAG } from './bucket-access.ts'

const LONGEST = Duration.days(365)

interface Lifetimes {
  readonly resumableFor?: Duration
  readonly keepRejectedFor?: Duration
  readonly keepPendingFor?: Duration
  readonly claims?: readonly Duration[]
  readonly keepNoncurrentFor?: Duration
}

/** Returns the bucket's lifecycle rules. `UploadBucketProps` explains the durations. */
export function lifecycleRules(props: Lifetimes): LifecycleRule[] {
  const resumable = wholeDays(resumableFor(props.resumableFor))
  // Objects that the following rules expire are deleted after a day, without waiting for
  // `keepNoncurrentFor`.
  const noncurrentVersionExpiration = Duration.days(1)
  return [
    { id: 'abort-incomplete-uploads', abortIncompleteMultipartUploadAfter: resumable },
    {
      id: 'expire-rejected',
      tagFilters: { [VERDICT_TAG]: 'rejected' },
      expiration: props.keepRejectedFor ?? Duration.days(7),
      noncurrentVersionExpiration,
    },
    {
      // A lifecycle rule can match a tag but not the absence of one, so new objects get this tag.
      id: 'expire-pending',
      tagFilters: { [VERDICT_TAG]: PENDING },
      // S3 counts an object's age from the start of its multipart upload.
      expiration: resumable.plus(props.keepPendingFor ?? Duration.days(7)),
      noncurrentVersionExpiration,
    },
    ...unclaimedDays(props.claims ?? [], props.resumableFor).map((days) => ({
      id: `expire-unclaimed-${days}`,
      tagFilters: { [CLAIM_TAG]: String(days) },
      expiration: Duration.days(days),
      noncurrentVersionExpiration,
    })),
    {
      id: 'expire-noncurrent',
      noncurrentVersionExpiration: props.keepNoncurrentFor ?? Duration.days(30),
      expiredObjectDeleteMarker: true,
    },
  ]
}

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
function wholeDays(duration: Duration): Duration {
  return Duration.days(Math.ceil(duration.toDays({ integral: false })))
}

/**
 * Returns all possible values of the claim tag, in ascending order: the bucket has a lifecycle rule
 * for each, and the signer's role can write them. For objects uploaded in parts, `resumable` is added
 * to the rule's `claim`.
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
