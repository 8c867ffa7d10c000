/**
 * What the signer's role may do: what it hands out, and the calls behind multipart uploads. Nothing outside the
 * prefix, no reading of bytes but to compare an object's head, no tag but the pending one, no ACLs, no retention.
 *
 * @module
 */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { PENDING, VERDICT_TAG } from '../bucket/bucket-access.ts'
import { keyStatement } from '../function-role.ts'

export function signerStatements(bucket: IBucket, prefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'SignUploads',
      actions: [
        's3:PutObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        // HeadObject is this action, and so is the comparison on completion.
        's3:GetObject',
      ],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    missingKeyStatement(bucket),
    new PolicyStatement({
      sid: 'FindLostUploads',
      // A begin whose answer was lost is looked up by its key and aborted.
      actions: ['s3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  ]
}

/**
 * S3 asks for this beside `s3:PutObject` where an object comes with tags: for the pending one, and no other beside it.
 * The first condition does not hold for a request without tags, the second one alone would.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 */
export function pendingTagStatement(bucket: IBucket, prefix: string): PolicyStatement {
  return new PolicyStatement({
    sid: 'TagAsPending',
    actions: ['s3:PutObjectTagging'],
    resources: [bucket.arnForObjects(`${prefix}*`)],
    conditions: {
      StringEquals: { [`s3:RequestObjectTag/${VERDICT_TAG}`]: PENDING },
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': [VERDICT_TAG] },
    },
  })
}

/**
 * Without it S3 answers 403 and not 404 for a key that does not exist, which says nothing.
 *
 * @param actions - `s3:ListBucketVersions` beside it where versions are asked for.
 */
export function missingKeyStatement(
  bucket: IBucket,
  actions: readonly string[] = ['s3:ListBucket'],
): PolicyStatement {
  return new PolicyStatement({
    sid: 'TellMissingFromForbidden',
    actions: [...actions],
    resources: [bucket.bucketArn],
  })
}

/**
 * For a bucket under a KMS key: through S3 alone. Putting parts needs Decrypt too, as AWS documents.
 *
 * @param given - The key of a bucket that CDK does not know to have one.
 * @returns Nothing for a bucket without a key.
 */
export function bucketKeyStatements(
  bucket: IBucket,
  given: IKey | undefined,
  actions: readonly string[],
): PolicyStatement[] {
  const key = given ?? bucket.encryptionKey
  if (!key) return []
  const statement = keyStatement(key, actions, `s3.${bucket.env.region}`)
  statement.sid = 'UseBucketKey'
  return [statement]
}
