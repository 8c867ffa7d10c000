/**
 * The permissions of the signer's role. It has no access outside the prefix, sets tags only on new
 * objects, and never changes ACLs or retention.
 *
 * A role that signs links to stored objects needs more. A signed URL has the permissions of the
 * role that signed it, so a deny statement prevents these roles from reading unverified objects
 * through signed URLs.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 *
 * @module
 */

import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { CLAIM_TAG } from 'waybill/internal/protocol'
import { PENDING, tagIs, unverifiedLink, VERDICT_TAG, VERIFIED } from '../bucket/bucket-access.ts'
import { keyStatement } from '../functions.ts'
import { type KeyedProps, objectKeys } from './object-defaults.ts'

export function signerStatements(bucket: IBucket, prefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'SignUploads',
      actions: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        // For HeadObject: the signer checks each object on completion.
        's3:GetObject',
      ],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    new PolicyStatement({
      sid: 'ReadVerdicts',
      actions: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    new PolicyStatement({
      sid: 'CompareVersions',
      // For HeadObject on an overwritten version. The condition rules out signed links.
      actions: ['s3:GetObjectVersion'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
      conditions: { StringEquals: { 's3:authType': 'REST-HEADER' } },
    }),
    missingKeyStatement(bucket, prefix),
    new PolicyStatement({
      sid: 'FindLostUploads',
      // If the response to CreateMultipartUpload was lost, the signer finds the multipart upload by
      // its key and aborts it.
      actions: ['s3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  ]
}

interface NewTags {
  /** Whether new objects are tagged `waybill=pending`. */
  readonly pending: boolean
  /** Possible values of the claim tag; empty if no rule has `claim`. */
  readonly unclaimed: readonly number[]
  /** The tags in `objectDefaults`. */
  readonly own: Readonly<Record<string, string>>
}

const tagKey = (name: string) => `s3:RequestObjectTag/${name}`

/**
 * Allows storing objects with the given tags and values, but no others. S3 requires this permission
 * in addition to `s3:PutObject`.
 *
 * The first condition excludes requests without tags, which the other conditions would allow.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 */
export function tagStatements(
  bucket: IBucket,
  prefix: string,
  { pending, unclaimed, own }: NewTags,
): PolicyStatement[] {
  if (!pending && Object.keys(own).length === 0) return []
  const values: Record<string, string | string[]> = { ...own }
  if (unclaimed.length > 0) values[CLAIM_TAG] = unclaimed.map(String)
  const ifThere = Object.entries(values).map(([name, value]) => [tagKey(name), value])
  const names = [...(pending ? [VERDICT_TAG] : []), ...Object.keys(values)]
  const tagging = {
    actions: ['s3:PutObjectTagging'],
    resources: [bucket.arnForObjects(`${prefix}*`)],
  }
  return [
    new PolicyStatement({
      ...tagging,
      sid: 'TagAsPending',
      conditions: {
        ...(pending
          ? { StringEquals: { [tagKey(VERDICT_TAG)]: PENDING } }
          : { Null: { 's3:RequestObjectTagKeys': 'false' } }),
        ...(ifThere.length > 0 ? { StringEqualsIfExists: Object.fromEntries(ifThere) } : {}),
        'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': names },
      },
    }),
    new PolicyStatement({
      ...tagging,
      sid: 'BeginWithTags',
      // AWS documents no condition keys for the tags of CreateMultipartUpload, so this allows
      // requests that have none of these keys. If S3 does set the keys, the statement above
      // applies.
      conditions: {
        Null: { ...tagIs({ written: false, there: false }), 's3:RequestObjectTagKeys': 'true' },
      },
    }),
  ]
}

/**
 * Makes S3 respond with 404 for a key that does not exist. Without this permission, S3 responds
 * with 403, which can have many causes. S3 uses the requested key as `s3:prefix`, as
 * https://github.com/kopia/kopia/pull/3072 explains.
 *
 * @param actions - Include `s3:ListBucketVersions` if the role also reads versions.
 */
export function missingKeyStatement(
  bucket: IBucket,
  prefix: string,
  actions: readonly string[] = ['s3:ListBucket'],
): PolicyStatement {
  return new PolicyStatement({
    sid: 'TellMissingFromForbidden',
    actions: [...actions],
    resources: [bucket.bucketArn],
    ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': `${prefix}*` } } }),
  })
}

/**
 * Allows using the objects' KMS keys, but only through S3. Storing parts also requires
 * `kms:Decrypt`.
 */
export function objectKeyStatements(props: KeyedProps, actions: readonly string[]) {
  const keys = objectKeys(props)
  if (keys.length === 0) return []
  return [keyStatement('UseBucketKey', keys, actions, `s3.${props.bucket.env.region}`)]
}

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
