/**
 * Operations on bucket policies and on the public access block.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { readDocument, readXml } from '../body/document.ts'
import { bucketArn } from '../message/account.ts'
import { withReason } from '../message/refusal.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../message/response.ts'
import type { BucketCall } from '../operations/call.ts'
import { isPublic } from './policy-decision.ts'
import { malformedPolicy, type PolicyStatement, parseBucketPolicy } from './policy-document.ts'

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

export function getPublicAccessBlock({ bucket }: BucketCall): S3Response {
  const { publicAccessBlock: block, name } = bucket.record
  if (!block) {
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', undefined, { BucketName: name })
  }
  return xmlResponse('PublicAccessBlockConfiguration', [
    text('BlockPublicAcls', block.blockPublicAcls),
    text('IgnorePublicAcls', block.ignorePublicAcls),
    text('BlockPublicPolicy', block.blockPublicPolicy),
    text('RestrictPublicBuckets', block.restrictPublicBuckets),
  ])
}

export async function putPublicAccessBlock(call: BucketCall): Promise<S3Response> {
  const root = await readXml(call)
  const isOn = (name: string) => textOf(root, name)?.toLowerCase() === 'true'
  const publicAccessBlock = {
    blockPublicAcls: isOn('BlockPublicAcls'),
    ignorePublicAcls: isOn('IgnorePublicAcls'),
    blockPublicPolicy: isOn('BlockPublicPolicy'),
    restrictPublicBuckets: isOn('RestrictPublicBuckets'),
  }
  await call.bucket.update((record) => ({ ...record, publicAccessBlock }))
  return emptyResponse(200)
}

export async function deletePublicAccessBlock({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ publicAccessBlock, ...rest }) => rest)
  return emptyResponse(204)
}
