/**
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { readXml } from '../../body/document.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

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
