/**
 * GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { matchesPolicyPattern } from '../../access/policy-condition.ts'
import { isPublic } from '../../access/policy-decision.ts'
import { type PolicyStatement, parseBucketPolicy } from '../../access/policy-document.ts'
import { readDocument } from '../../body/document.ts'
import { bucketArn } from '../../buckets/bucket-arn.ts'
import { type Answer, emptyAnswer } from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'

/** Bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY = 20 * 1024

/** GetBucketPolicy: returns the policy as it was put. */
export function getBucketPolicy(call: Call): Answer {
  const { policy, name } = bucketOf(call).record
  if (policy === undefined) {
    throw new S3Error('NoSuchBucketPolicy', undefined, { BucketName: name })
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy }
}

/** PutBucketPolicy: replaces the policy. */
export async function putBucketPolicy(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const policy = await readDocument(call)
  if (Buffer.byteLength(policy) > MAX_POLICY) {
    throw new S3Error('PolicyTooLarge', 'Your policy exceeds the maximum allowed document size.', {
      MaxSizeAllowed: String(MAX_POLICY),
    })
  }
  const statements = parseBucketPolicy(policy)
  checkResources(bucketArn(call.service.region, bucket.name), statements)
  if (bucket.record.publicAccessBlock?.blockPublicPolicy && isPublic(statements)) {
    throw new S3Error(
      'AccessDenied',
      'User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
    )
  }
  await bucket.update((record) => ({ ...record, policy }))
  return emptyAnswer(204)
}

/**
 * Refuses a policy with resources of another bucket.
 *
 * @param own - The ARN of the bucket.
 */
function checkResources(own: string, statements: readonly PolicyStatement[]): void {
  for (const { resources } of statements) {
    const foreign = resources.values.find(
      (each) => !matchesPolicyPattern(each.split('/')[0] ?? '', own),
    )
    if (foreign !== undefined) {
      throw new S3Error('MalformedPolicy', 'Policy has invalid resource', { Detail: foreign }, 400)
    }
  }
}

/** DeleteBucketPolicy: removes the policy. */
export async function deleteBucketPolicy(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ policy, ...rest }) => rest)
  return emptyAnswer(204)
}
