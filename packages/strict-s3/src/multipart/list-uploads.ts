/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import { compareKeys } from '../buckets/key-index.ts'
import { sequenceIn } from '../buckets/opaque-id.ts'
import type { PartRecord, UploadRecord } from '../buckets/records.ts'
import type { Upload } from '../buckets/uploads.ts'
import { abortHeaders } from '../lifecycle/expiry.ts'
import { afterMarker, commonPrefixOf, listOptions, readMax } from '../listing/list-page.ts'
import { queryOf } from '../message/request.ts'
import {
  initiator,
  isoDate,
  maybeText,
  owner,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import { className } from '../objects/storage-class.ts'
import type { BucketCall, ObjectCall } from '../operations/call.ts'

export function listParts({ request, bucket, key }: ObjectCall): S3Response {
  const { record, parts } = bucket.uploads.find(queryOf(request, 'uploadId') ?? '', key)
  const maxParts = readMax(request, 'max-parts')
  const marker = readMarker(queryOf(request, 'part-number-marker'))
  const rest = [...parts.values()]
    .filter((part) => part.partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber)
  const page = rest.slice(0, maxParts)
  const children = [
    text('Bucket', bucket.name),
    text('Key', record.key),
    text('UploadId', record.uploadId),
    text('PartNumberMarker', marker),
    text('NextPartNumberMarker', page.at(-1)?.partNumber ?? 0),
    text('MaxParts', maxParts),
    text('IsTruncated', page.length < rest.length),
    ...page.map((part) => partElement(record, part)),
    initiator(),
    owner(),
    text('StorageClass', className(record)),
    ...checksumElements(record),
  ]
  return xmlResponse('ListPartsResult', children, abortHeaders(bucket, record))
}

function readMarker(value: string | undefined): number {
  if (value === undefined || value === '') return 0
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new S3Error('InvalidArgument', 'Argument part-number-marker must be an integer', {
    ArgumentName: 'part-number-marker',
    ArgumentValue: value,
  })
}

/** S3 only includes a part's checksum if the upload declared an algorithm. */
function partElement(upload: UploadRecord, part: PartRecord): XmlElement {
  const { algorithm, value } = part.checksum
  const shown = upload.checksumAlgorithm === algorithm ? [text(`Checksum${algorithm}`, value)] : []
  return {
    name: 'Part',
    children: [
      text('PartNumber', part.partNumber),
      text('LastModified', isoDate(new Date(part.lastModifiedMs))),
      text('ETag', `"${part.etag}"`),
      ...shown,
      text('Size', part.size),
    ],
  }
}

function checksumElements({ checksumAlgorithm, checksumType }: UploadRecord): XmlElement[] {
  if (checksumAlgorithm === undefined) return []
  return [text('ChecksumAlgorithm', checksumAlgorithm), text('ChecksumType', checksumType)]
}

export function listMultipartUploads({ request, bucket }: BucketCall): S3Response {
  const options = listOptions(request, 'max-uploads')
  const { prefix, delimiter, maxKeys, encode, encodingType } = options
  const keyMarker = queryOf(request, 'key-marker') ?? ''
  // An upload id marker only has an effect together with a key marker.
  const uploadIdMarker = keyMarker === '' ? '' : (queryOf(request, 'upload-id-marker') ?? '')
  if (uploadIdMarker !== '' && !bucket.uploads.isIdOf(uploadIdMarker, keyMarker)) {
    throw new S3Error('InvalidArgument', 'Invalid uploadId marker', {
      ArgumentName: 'upload-id-marker',
      ArgumentValue: uploadIdMarker,
    })
  }
  const sorted = [...bucket.uploads].sort((a, b) => compareUploads(a.record, b.record))
  const page = uploadsPage(afterMarkers(sorted, keyMarker, uploadIdMarker), {
    prefix,
    delimiter,
    max: maxKeys,
    keyMarker: afterMarker(keyMarker, prefix, delimiter),
  })
  // S3 names the last upload even if a common prefix follows it, or if this is the last page.
  const last = page.uploads.at(-1)?.record
  return xmlResponse('ListMultipartUploadsResult', [
    text('Bucket', bucket.name),
    text('KeyMarker', encode(keyMarker)),
    text('UploadIdMarker', uploadIdMarker),
    text('NextKeyMarker', encode(last?.key ?? '')),
    text('NextUploadIdMarker', last?.uploadId ?? ''),
    ...maybeText('Prefix', prefix === '' ? undefined : encode(prefix)),
    ...maybeText('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    ...maybeText('EncodingType', encodingType),
    text('MaxUploads', maxKeys),
    text('IsTruncated', page.truncated),
    ...page.uploads.map(({ record }) => uploadElement(record, encode)),
    ...page.commonPrefixes.map((each) => ({
      name: 'CommonPrefixes',
      children: [text('Prefix', encode(each))],
    })),
  ])
}

function uploadElement(record: UploadRecord, encode: (key: string) => string): XmlElement {
  return {
    name: 'Upload',
    children: [
      text('Key', encode(record.key)),
      text('UploadId', record.uploadId),
      initiator(),
      owner(),
      text('StorageClass', className(record)),
      text('Initiated', isoDate(new Date(record.initiatedMs))),
      ...checksumElements(record),
    ],
  }
}

type Position = Pick<UploadRecord, 'key' | 'uploadId'>

/**
 * Uploads of the same key are sorted by age. If the clock was set back before a restart, two can have the
 * same sequence.
 */
function compareUploads(a: Position, b: Position): number {
  return (
    compareKeys(a.key, b.key) ||
    sequenceIn(a.uploadId) - sequenceIn(b.uploadId) ||
    compareKeys(a.uploadId, b.uploadId)
  )
}

/** The marked upload may have ended in the meantime. */
function afterMarkers(sorted: readonly Upload[], key: string, uploadId: string): Upload[] {
  if (uploadId === '') return sorted.filter(({ record }) => compareKeys(record.key, key) > 0)
  return sorted.filter(({ record }) => compareUploads(record, { key, uploadId }) > 0)
}

interface UploadsRequest {
  readonly prefix: string
  readonly delimiter: string
  readonly max: number
  readonly keyMarker: string
}

function uploadsPage(
  candidates: readonly Upload[],
  { prefix, delimiter, max, keyMarker }: UploadsRequest,
) {
  const uploads: Upload[] = []
  const commonPrefixes: string[] = []
  let last = keyMarker
  for (const upload of candidates) {
    const { key } = upload.record
    if (!key.startsWith(prefix)) continue
    const common = commonPrefixOf(key, prefix, delimiter)
    if (common !== undefined && common === last) continue
    if (uploads.length + commonPrefixes.length >= max) {
      return { uploads, commonPrefixes, truncated: max > 0 }
    }
    if (common === undefined) uploads.push(upload)
    else commonPrefixes.push(common)
    last = common ?? key
  }
  return { uploads, commonPrefixes, truncated: false }
}
