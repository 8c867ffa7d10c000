/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { readXml } from '../body/document.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, type S3Response, xmlResponse } from '../message/response.ts'
import { amended } from '../notifications/object-change.ts'
import { readVersionHeader } from '../objects/object-headers.ts'
import type { BucketCall, ObjectCall } from '../operations/call.ts'
import { BUCKET_TAGS, parseTagging, taggingXml } from './tags.ts'

export function getObjectTagging(call: ObjectCall): S3Response {
  const { bucket, key } = call
  try {
    const record = bucket.amendable(key, versionIdOf(call), call.request.method)
    return xmlResponse('Tagging', taggingXml(record.tags), readVersionHeader(bucket, record))
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'NoSuchKey') throw error
    // Only here, S3's error has the bucket's name in front of the key.
    throw new S3Error('NoSuchKey', undefined, { ...error.detail, Key: `${bucket.name}/${key}` })
  }
}

/**
 * Reads the tags before it checks permissions, because a bucket policy may have conditions on them.
 */
export async function putObjectTagging(call: ObjectCall): Promise<S3Response> {
  const tags = parseTagging(await readXml(call))
  const { bucket, key } = call
  const versionId = versionIdOf(call)
  call.authorize('PutObjectTagging', { bucket, key, versionId, tags })
  const record = await bucket.amend(key, versionId, (object) => ({ ...object, tags }))
  call.service.announcer.announce(amended(call, record, 'ObjectTagging:Put'))
  return emptyResponse(200, readVersionHeader(bucket, record))
}

export async function deleteObjectTagging(call: ObjectCall): Promise<S3Response> {
  const { bucket, key } = call
  const untagged = (object: ObjectRecord) => ({ ...object, tags: {} })
  const record = await bucket.amend(key, versionIdOf(call), untagged, 'DELETE')
  call.service.announcer.announce(amended(call, record, 'ObjectTagging:Delete'))
  return emptyResponse(204, readVersionHeader(bucket, record))
}

function versionIdOf({ request }: ObjectCall): string | undefined {
  return queryOf(request, 'versionId')
}

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
