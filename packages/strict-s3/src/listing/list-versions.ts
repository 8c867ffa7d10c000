/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import type { Bucket } from '../buckets/bucket.ts'
import { compareKeys } from '../buckets/key-index.ts'
import { sequenceIn } from '../buckets/opaque-id.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { isVersionId } from '../buckets/versions.ts'
import { queryOf, type S3Request } from '../message/request.ts'
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
import { afterMarker, commonPrefixOf, type ListOptions, listOptions, readMax } from './list-page.ts'

export function listObjectVersions({ request, bucket }: BucketCall): S3Response {
  readMax(request, 'max-keys')
  const keyMarker = queryOf(request, 'key-marker') ?? ''
  const versionIdMarker = readVersionIdMarker(request, keyMarker)
  const options = listOptions(request)
  const page = versionsPage(bucket, options, keyMarker, versionIdMarker)
  const { encode, delimiter } = options
  const next = page.next && [
    text('NextKeyMarker', encode(page.next.key)),
    ...maybeText('NextVersionIdMarker', page.next.versionId),
  ]
  return xmlResponse('ListVersionsResult', [
    text('Name', bucket.name),
    text('Prefix', encode(options.prefix)),
    text('KeyMarker', encode(keyMarker)),
    text('VersionIdMarker', versionIdMarker),
    ...(next ?? []),
    // S3 repeats the requested limit, even if it exceeds the maximum.
    text('MaxKeys', queryOf(request, 'max-keys') || options.maxKeys),
    ...maybeText('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    ...maybeText('EncodingType', options.encodingType),
    text('IsTruncated', next !== undefined),
    ...page.versions.map((each) => versionElement(bucket, each, encode)),
    ...page.commonPrefixes.map((each) => ({
      name: 'CommonPrefixes',
      children: [text('Prefix', encode(each))],
    })),
  ])
}

/** S3 checks this marker after `max-keys` and before `encoding-type`. */
function readVersionIdMarker(request: S3Request, keyMarker: string): string {
  const marker = queryOf(request, 'version-id-marker')
  if (marker === undefined) return ''
  const refusal = (message: string) =>
    new S3Error('InvalidArgument', message, {
      ArgumentName: 'version-id-marker',
      ArgumentValue: marker,
    })
  if (marker === '') throw refusal('A version-id marker cannot be empty.')
  if (keyMarker === '') {
    throw refusal('A version-id marker cannot be specified without a key marker.')
  }
  if (!isVersionId(marker)) throw refusal('Invalid version id specified')
  return marker
}

interface VersionsPage {
  readonly versions: readonly ObjectRecord[]
  readonly commonPrefixes: readonly string[]
  /** The last version or common prefix on this page. The next page starts after it. */
  readonly next?: { readonly key: string; readonly versionId?: string }
}

function versionsPage(
  bucket: Bucket,
  { prefix, delimiter, maxKeys }: ListOptions,
  keyMarker: string,
  versionIdMarker: string,
): VersionsPage {
  const versions: ObjectRecord[] = []
  const commonPrefixes: string[] = []
  let last: { key: string; versionId?: string } = { key: afterMarker(keyMarker, prefix, delimiter) }
  const from = compareKeys(keyMarker, prefix) > 0 ? keyMarker : prefix
  for (const key of bucket.objects.keysFrom(from)) {
    if (!key.startsWith(prefix)) break
    const common = commonPrefixOf(key, prefix, delimiter)
    if (common !== undefined && common === last.key) continue
    for (const version of behindMarker(
      bucket.objects.versionsOf(key),
      keyMarker,
      versionIdMarker,
    )) {
      if (versions.length + commonPrefixes.length >= maxKeys) {
        return { versions, commonPrefixes, ...(maxKeys > 0 ? { next: last } : {}) }
      }
      if (common === undefined) versions.push(version)
      else commonPrefixes.push(common)
      last = common === undefined ? version : { key: common }
      if (common !== undefined) break
    }
  }
  return { versions, commonPrefixes }
}

/** A marker without a version id skips all versions of its key. */
function behindMarker(
  versions: readonly ObjectRecord[],
  keyMarker: string,
  versionIdMarker: string,
): readonly ObjectRecord[] {
  if (versions[0]?.key !== keyMarker) return versions
  if (versionIdMarker === '') return []
  const at = versions.findIndex((each) => each.versionId === versionIdMarker)
  if (at >= 0) return versions.slice(at + 1)
  // The marked version was deleted in the meantime.
  if (versionIdMarker === 'null') return []
  return versions.filter((each) => each.sequence < sequenceIn(versionIdMarker))
}

function versionElement(
  bucket: Bucket,
  version: ObjectRecord,
  encode: (key: string) => string,
): XmlElement {
  const { key, versionId, lastModifiedMs, etag, size, deleteMarker, checksum } = version
  const newest = bucket.objects.versionsOf(key)[0] === version
  const bytes = deleteMarker
    ? []
    : [
        text('ETag', `"${etag}"`),
        ...maybeText('ChecksumAlgorithm', checksum?.algorithm),
        ...maybeText('ChecksumType', checksum?.type),
        text('Size', size),
      ]
  return {
    name: deleteMarker ? 'DeleteMarker' : 'Version',
    children: [
      text('Key', encode(key)),
      text('VersionId', versionId),
      text('IsLatest', newest),
      text('LastModified', isoDate(new Date(lastModifiedMs))),
      ...bytes,
      owner(),
      ...(deleteMarker ? [] : [text('StorageClass', className(version))]),
    ],
  }
}
