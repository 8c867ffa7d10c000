/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import type { XmlElement } from 'waybill-s3/internal/xml'
import type { ObjectRecord } from '../buckets/records.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import { itemsOf, queryOf, type S3Request } from '../message/request.ts'
import { type S3Response, text, xmlResponse } from '../message/response.ts'
import type { ObjectCall } from '../operations/call.ts'
import { versionHeader } from './object-headers.ts'
import { className } from './storage-class.ts'

const ATTRIBUTES = ['etag', 'checksum', 'objectparts', 'storageclass', 'objectsize']

export function getObjectAttributes({ request, bucket, key }: ObjectCall): S3Response {
  const { headers } = request
  const record = bucket.current(key, queryOf(request, 'versionId'))
  refuseKeyFor('object', record.encryption, request.values)
  const wanted = itemsOf(headers['x-amz-object-attributes'])
  const unknown = wanted.find((each) => !ATTRIBUTES.includes(each))
  if (wanted.length === 0 || unknown !== undefined) {
    throw new S3Error('InvalidArgument', 'Invalid attribute name specified.', {
      ArgumentName: 'x-amz-object-attributes',
      ArgumentValue: unknown ?? '',
    })
  }
  const elements = ATTRIBUTES.filter((each) => wanted.includes(each)).flatMap((each) =>
    attribute(each, record, request),
  )
  return xmlResponse('GetObjectAttributesResponse', elements, {
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
    ...versionHeader(record),
  })
}

function attribute(name: string, record: ObjectRecord, request: S3Request): XmlElement[] {
  const { checksum, parts } = record
  switch (name) {
    case 'etag':
      // S3 sends the ETag without quotes in this operation only.
      return [text('ETag', record.etag)]
    case 'checksum':
      return checksum
        ? [
            {
              name: 'Checksum',
              children: [
                // In this operation, S3 omits the part count of a composite checksum.
                text(`Checksum${checksum.algorithm}`, checksum.value.replace(/-\d+$/, '')),
                text('ChecksumType', checksum.type),
              ],
            },
          ]
        : []
    case 'objectparts':
      return parts ? [partsElement(parts, checksum?.type === 'COMPOSITE', request)] : []
    case 'storageclass':
      return [text('StorageClass', className(record))]
    default:
      return [text('ObjectSize', record.size)]
  }
}

const MAX_PARTS = MORE_LIMITS.maxListed

function countOf({ headers }: S3Request, name: string, fallback: number): number {
  const text = headers[name]
  if (text === undefined) return fallback
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
    ArgumentName: name,
    ArgumentValue: text,
  })
}

/** S3 only lists the parts if each has its own checksum. */
function partsElement(
  parts: NonNullable<ObjectRecord['parts']>,
  listed: boolean,
  request: S3Request,
): XmlElement {
  const marker = countOf(request, 'x-amz-part-number-marker', 0)
  const max = countOf(request, 'x-amz-max-parts', MAX_PARTS)
  const rest = parts.filter((_, index) => index + 1 > marker)
  const page = rest.slice(0, Math.min(max, MAX_PARTS))
  const details = listed
    ? [
        text('PartNumberMarker', marker),
        text('NextPartNumberMarker', page.length === 0 ? 0 : marker + page.length),
        text('MaxParts', max),
        text('IsTruncated', max > 0 && page.length < rest.length),
        ...page.map((part, index) => ({
          name: 'Part',
          children: [
            text('PartNumber', marker + index + 1),
            text('Size', part.size),
            text(`Checksum${part.checksum.algorithm}`, part.checksum.value),
          ],
        })),
      ]
    : []
  return { name: 'ObjectParts', children: [text('PartsCount', parts.length), ...details] }
}
