/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { readXml } from '../../body/document.ts'
import { BUCKET_TAGS, parseTagging, taggingXml } from '../../buckets/object-tags.ts'
import { emptyResponse, type S3Response, xmlResponse } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

export function getBucketTagging({ bucket }: BucketCall): S3Response {
  const { tags = {} } = bucket.record
  if (Object.keys(tags).length === 0) {
    throw new S3Error('NoSuchTagSet', undefined, { BucketName: bucket.name })
  }
  return xmlResponse('Tagging', taggingXml(tags))
}

/** Replaces all tags. As on S3, an empty set removes them. */
export async function putBucketTagging(call: BucketCall): Promise<S3Response> {
  const tags = parseTagging(await readXml(call), BUCKET_TAGS)
  await call.bucket.update((record) => ({ ...record, tags }))
  return emptyResponse(204)
}

export async function deleteBucketTagging({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ tags, ...rest }) => rest)
  return emptyResponse(204)
}
