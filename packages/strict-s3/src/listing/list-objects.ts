/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 * @module
 */

import type { XmlElement } from 'waybill-s3/internal/xml'
import type { Bucket } from '../buckets/bucket.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { queryOf } from '../message/request.ts'
import {
  isoDate,
  maybeText,
  owner,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import { className } from '../objects/storage-class.ts'
import type { BucketCall } from '../operations/call.ts'
import {
  afterMarker,
  type ListOptions,
  listOptions,
  listPage,
  makeToken,
  type Page,
  readToken,
} from './list-page.ts'

export function listObjectsV2({ request, bucket, service }: BucketCall): S3Response {
  const options = listOptions(request)
  const token = queryOf(request, 'continuation-token')
  const startAfter = queryOf(request, 'start-after')
  const after = token === undefined ? (startAfter ?? '') : readToken(token)
  const page = pageOf(bucket, { ...options, after })
  const { encode } = options
  const withOwner = queryOf(request, 'fetch-owner') === 'true'
  return xmlResponse(
    'ListBucketResult',
    [
      ...commonElements(bucket, options),
      text('KeyCount', page.keys.length + page.commonPrefixes.length),
      ...maybeText('ContinuationToken', token),
      ...(page.truncated ? [text('NextContinuationToken', makeToken(page.last))] : []),
      // S3 ignores `start-after` on the following pages.
      ...(startAfter !== undefined && token === undefined
        ? [text('StartAfter', encode(startAfter))]
        : []),
      text('IsTruncated', page.truncated),
      ...contents(bucket, page, encode, withOwner),
    ],
    { 'x-amz-bucket-region': service.region },
  )
}

export function listObjects({ request, bucket, service, identity }: BucketCall): S3Response {
  const options = listOptions(request)
  const marker = queryOf(request, 'marker') ?? ''
  const { encode, prefix, delimiter } = options
  const page = pageOf(bucket, { ...options, after: afterMarker(marker, prefix, delimiter) })
  // Without a delimiter, S3 sends no next marker, because clients can use the last key.
  const next = page.truncated && delimiter !== '' ? [text('NextMarker', encode(page.last))] : []
  return xmlResponse(
    'ListBucketResult',
    [
      ...commonElements(bucket, options),
      text('Marker', encode(marker)),
      ...next,
      text('IsTruncated', page.truncated),
      ...contents(bucket, page, encode, identity.credentials !== undefined),
    ],
    { 'x-amz-bucket-region': service.region },
  )
}

function pageOf(bucket: Bucket, request: ListOptions & { readonly after: string }): Page {
  return listPage(
    (from) => bucket.objects.keysFrom(from),
    request,
    (key) => bucket.newest(key) !== undefined,
  )
}

function commonElements(bucket: Bucket, options: ListOptions): XmlElement[] {
  const { prefix, delimiter, maxKeys, encode, encodingType } = options
  return [
    text('Name', bucket.name),
    text('Prefix', encode(prefix)),
    ...maybeText('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    text('MaxKeys', maxKeys),
    ...maybeText('EncodingType', encodingType),
  ]
}

function contents(
  bucket: Bucket,
  page: Page,
  encode: (key: string) => string,
  withOwner: boolean,
): XmlElement[] {
  const objects = page.keys.flatMap((key) => {
    const record = bucket.newest(key)
    return record ? [objectElement(record, encode, withOwner)] : []
  })
  return [...objects, ...commonPrefixElements(page, encode)]
}

function commonPrefixElements(page: Page, encode: (key: string) => string): XmlElement[] {
  return page.commonPrefixes.map((prefix) => ({
    name: 'CommonPrefixes',
    children: [text('Prefix', encode(prefix))],
  }))
}

function objectElement(
  record: ObjectRecord,
  encode: (key: string) => string,
  withOwner: boolean,
): XmlElement {
  const { checksum } = record
  const children = [
    text('Key', encode(record.key)),
    text('LastModified', isoDate(new Date(record.lastModifiedMs))),
    text('ETag', `"${record.etag}"`),
    ...maybeText('ChecksumAlgorithm', checksum?.algorithm),
    ...maybeText('ChecksumType', checksum?.type),
    text('Size', record.size),
    ...(withOwner ? [owner()] : []),
    text('StorageClass', className(record)),
  ]
  return { name: 'Contents', children }
}
