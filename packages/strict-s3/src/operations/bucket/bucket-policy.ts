/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { malformedPolicy } from '../../access/malformed-policy.ts'
import { isPublic } from '../../access/policy-decision.ts'
import { parseBucketPolicy } from '../../access/policy-document.ts'
import type { PolicyStatement } from '../../access/policy-statement.ts'
import { readDocument } from '../../body/document.ts'
import { bucketArn } from '../../message/account.ts'
import { withReason } from '../../message/logged-reason.ts'
import { emptyResponse, type S3Response } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

/** Returns the policy's JSON exactly as the client sent it. */
export function getBucketPolicy({ bucket }: BucketCall): S3Response {
  const { policy, name } = bucket.record
  if (policy === undefined) {
    throw new S3Error('NoSuchBucketPolicy', undefined, { BucketName: name })
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy }
}

export async function putBucketPolicy(call: BucketCall): Promise<S3Response> {
  const { bucket } = call
  const policy = await readDocument(call)
  const statements = parseBucketPolicy(policy)
  checkResources(bucketArn(call.service.region, bucket.name), statements)
  if (bucket.record.publicAccessBlock?.blockPublicPolicy && isPublic(statements)) {
    throw withReason(
      new S3Error(
        'AccessDenied',
        'User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
      ),
      `as on AWS: call DeletePublicAccessBlock first, or create the bucket with BUCKETS=${bucket.name}:public`,
    )
  }
  await bucket.update((record) => ({ ...record, policy }))
  return emptyResponse(204)
}

/** @param own - The bucket's ARN. Its policy must not name other buckets, not even with a wildcard. */
function checkResources(own: string, statements: readonly PolicyStatement[]): void {
  for (const { resources } of statements) {
    const foreign = resources.values.find((each) => each !== own && !each.startsWith(`${own}/`))
    if (foreign !== undefined) throw malformedPolicy('Policy has invalid resource', foreign)
  }
}

export async function deleteBucketPolicy({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ policy, ...rest }) => rest)
  return emptyResponse(204)
}
