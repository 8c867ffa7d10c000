/**
 * The permissions for signing links to stored objects, removing objects and claiming them.
 *
 * A signed URL has the permissions of the role that signed it. A deny statement therefore prevents
 * these roles from reading unverified objects through signed URLs.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 *
 * @module
 */

import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { unverifiedLink, VERDICT_TAG, VERIFIED } from '../bucket/bucket-access.ts'

/** What a role can do with stored objects. */
export interface StoredObjectAccess {
  /**
   * Whether the role can sign links to objects.
   * @default false
   */
  readonly read?: boolean
  /**
   * Whether the role can remove objects, including all their versions.
   * @default false
   */
  readonly remove?: boolean
  /**
   * Whether the role can claim objects that were uploaded under a rule with `claim`.
   * @default false
   */
  readonly claim?: boolean
}

export function storedObjectStatements(
  bucket: IBucket,
  prefix: string,
  { read = false, remove = false, claim = false }: StoredObjectAccess,
): PolicyStatement[] {
  if (!read && !remove && !claim) return []
  const objects = bucket.arnForObjects(`${prefix}*`)
  return [
    new PolicyStatement({
      sid: 'FindObjects',
      // HeadObject needs the first two actions. It returns the object's waybill, which names the
      // owner.
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
        // If S3 refuses to delete a version, these actions reveal whether a retention period or a
        // legal hold is the cause.
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
 * S3 replaces all of an object's tags at once, so the role must write the verdict again. The
 * conditions ensure that the verdict stays the same.
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
