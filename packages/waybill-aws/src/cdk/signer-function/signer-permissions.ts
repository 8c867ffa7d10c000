/**
 * The permissions of the signer's role: to store what it signs, and to call S3 for multipart
 * uploads.
 *
 * It has no access outside the prefix. Of stored objects it reads only the HEAD, for comparison,
 * and the tags, for `POST B/verdict`. It writes no tags except those of new objects, and changes no
 * ACLs and no retention. What rules allow for stored objects is added in
 * `stored-object-permissions.ts`.
 *
 * @module
 */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { CLAIM_TAG } from 'waybill/internal/claim'
import { PENDING, tagIs, VERDICT_TAG } from '../bucket/bucket-access.ts'
import { keyStatement } from '../function/key-statement.ts'
import { type KeyedProps, objectKeys } from './object-defaults.ts'

/** Creates the statements for signing uploads under a prefix. */
export function signerStatements(bucket: IBucket, prefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'SignUploads',
      actions: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        // HeadObject needs this action; it verifies an object on completion.
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
      // HeadObject of an overwritten version. No link can be signed with it.
      actions: ['s3:GetObjectVersion'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
      conditions: { StringEquals: { 's3:authType': 'REST-HEADER' } },
    }),
    missingKeyStatement(bucket, prefix),
    new PolicyStatement({
      sid: 'FindLostUploads',
      // If the response to a create was lost, the multipart upload is looked up by its key and
      // aborted.
      actions: ['s3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  ]
}

/** The tags of new objects. */
export interface NewTags {
  /** Whether `waybill=pending` is one of them. */
  readonly pending: boolean
  /** Tag values of unclaimed objects; none if no rule has `claim`. */
  readonly unclaimed: readonly number[]
  /** Tags of `objectDefaults`. */
  readonly own: Readonly<Record<string, string>>
}

const tagKey = (name: string) => `s3:RequestObjectTag/${name}`

/**
 * Creates the statements for the tags of new objects. S3 requires this permission in addition to
 * `s3:PutObject` if an object is stored with tags. It allows no other tags and no other values.
 *
 * The first condition of the first statement does not hold for a request without tags; the others
 * would.
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
      // AWS documents no condition keys for tags on CreateMultipartUpload. If S3 does set them, the
      // statement above allows it.
      conditions: {
        Null: { ...tagIs({ written: false, there: false }), 's3:RequestObjectTagKeys': 'true' },
      },
    }),
  ]
}

/**
 * Creates the statement that lets S3 respond with 404 for a key that does not exist. Without it S3
 * responds with 403, which can mean anything. For this decision S3 uses the key as `s3:prefix`:
 * https://github.com/kopia/kopia/pull/3072
 *
 * @param actions - Includes `s3:ListBucketVersions` if versions are read.
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
 * Creates the statement for the objects' KMS keys, usable only through S3. Storing parts also
 * requires Decrypt, as AWS documents.
 *
 * @returns Nothing for objects without a key.
 */
export function objectKeyStatements(props: KeyedProps, actions: readonly string[]) {
  const keys = objectKeys(props)
  if (keys.length === 0) return []
  return [keyStatement('UseBucketKey', keys, actions, `s3.${props.bucket.env.region}`)]
}
