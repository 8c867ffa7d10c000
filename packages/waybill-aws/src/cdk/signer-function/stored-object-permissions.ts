/**
 * A role's permissions for stored objects: signing links, removing and claiming them. A signer gets
 * only what its rules allow.
 *
 * A URL has the permissions of the role that signed it. So each of these roles is denied links to
 * objects that arrival has not verified.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 *
 * @module
 */

import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { unverifiedLink, VERDICT_TAG, VERIFIED } from '../bucket/bucket-access.ts'

/** What a role does with stored objects. */
export interface WayBack {
  /**
   * Whether it signs links to objects.
   * @default false
   */
  readonly read?: boolean
  /**
   * Whether it removes objects with all their versions.
   * @default false
   */
  readonly remove?: boolean
  /**
   * Whether it claims objects of rules with `claim`.
   * @default false
   */
  readonly claim?: boolean
}

/** Creates the statements for objects under a prefix; none if nothing is allowed. */
export function storedObjectStatements(
  bucket: IBucket,
  prefix: string,
  { read = false, remove = false, claim = false }: WayBack,
): PolicyStatement[] {
  if (!read && !remove && !claim) return []
  const objects = bucket.arnForObjects(`${prefix}*`)
  return [
    new PolicyStatement({
      sid: 'FindObjects',
      // HeadObject needs the first two: the object's waybill names its owner.
      actions: [
        's3:GetObject',
        's3:GetObjectVersion',
        ...(read || claim ? ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'] : []),
      ],
      resources: [objects],
    }),
    new PolicyStatement({
      sid: 'DenyLinksToUnverified',
      effect: Effect.DENY,
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [objects],
      conditions: unverifiedLink(),
    }),
    ...(remove ? removeStatements(bucket, prefix) : []),
    ...(claim ? [claimStatement(objects)] : []),
  ]
}

function removeStatements(bucket: IBucket, prefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'RemoveObjects',
      actions: [
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        // A refusal may be caused by a hold.
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
      ],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    new PolicyStatement({
      sid: 'ListVersionsToRemove',
      actions: ['s3:ListBucketVersions'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
    }),
  ]
}

/**
 * S3 replaces all tags at once. So the verdict is rewritten with the others and must stay the same.
 */
function claimStatement(objects: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'ClaimVerified',
    actions: ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
    resources: [objects],
    conditions: {
      StringEquals: {
        [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED,
        [`s3:RequestObjectTag/${VERDICT_TAG}`]: VERIFIED,
      },
    },
  })
}
