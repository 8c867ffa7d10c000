/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @module
 */

import { createHash } from 'node:crypto'
import { S3Error, uriEncodePath } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { parseDocument, readDocument } from '../body/document.ts'
import type { DeleteWatch } from '../buckets/bucket.ts'
import { unquote, type WriteConditions, writeConditions } from '../buckets/conditions.ts'
import { amendmentOf, type ObjectRecord, type PartRecord } from '../buckets/records.ts'
import type { Upload } from '../buckets/uploads.ts'
import { type Checksum, DEFAULT_ALGORITHM } from '../checksums/checksum.ts'
import { combineChecksums } from '../checksums/combined-checksum.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import { encryptionHeaders } from '../encryption/encryption.ts'
import { expirationHeader } from '../lifecycle/expiry.ts'
import { queryOf } from '../message/request.ts'
import { type S3Response, text, xmlResponse } from '../message/response.ts'
import { created } from '../notifications/object-change.ts'
import { versionHeader } from '../objects/object-headers.ts'
import type { ObjectCall } from '../operations/call.ts'
import { checkChecksumType, checkObjectChecksum, partChecksumHolds } from './complete-checksums.ts'

export async function completeMultipartUpload(call: ObjectCall): Promise<S3Response> {
  const { request, service, bucket, key } = call
  const { uploads } = bucket
  const uploadId = queryOf(request, 'uploadId') ?? ''
  if (!bucket.completedBy(uploadId, key)) uploads.find(uploadId, key)
  const watch = bucket.watchDeletes(key)
  try {
    const named = await readParts(call, uploadId)
    return await uploads.end(uploadId, async () => {
      const before = bucket.completedBy(uploadId, key)
      // S3 omits the checksum when it repeats the response.
      if (before && isSameList(before, named)) return completed(call, before, undefined)
      const upload = uploads.find(uploadId, key)
      const object = await assemble(call, upload, named, watch)
      service.announcer.announce(created(call, object, 'CompleteMultipartUpload'))
      await uploads.remove(upload, object.parts)
      return completed(call, object, object.checksum)
    })
  } finally {
    watch.release()
  }
}

/**
 * If a client lost the response and retries, S3 sends the response again, even for a conditional
 * request: https://github.com/adobe/S3Mock/issues/2586, https://github.com/minio/minio/issues/13318
 * and https://github.com/getmoto/moto/pull/9209
 */
function isSameList({ parts = [] }: ObjectRecord, named: readonly NamedPart[]): boolean {
  return (
    parts.length === named.length &&
    parts.every(({ partNumber, etag }, index) => {
      const other = named[index]
      return other?.partNumber === partNumber && other.etag === etag
    })
  )
}

async function assemble(
  call: ObjectCall,
  upload: Upload,
  named: readonly NamedPart[],
  watch: DeleteWatch,
): Promise<ObjectRecord> {
  const { request } = call
  const { record } = upload
  refuseKeyFor('part', record.encryption, request.values)
  const conditions = completionConditions(request.values, record.found)
  checkChecksumType(record, request.headers)
  const parts = chooseParts(upload, named)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  checkObjectSize(request.headers['x-amz-mp-object-size'], size)
  const { checksumAlgorithm = DEFAULT_ALGORITHM, checksumType } = record
  const checksum = await combineChecksums(checksumAlgorithm, checksumType, parts)
  checkObjectChecksum(record, checksum, request.headers)
  const { key, headers, metadata, uploadId, encryption, storageClass } = record
  const etag = multipartEtag(parts)
  return call.bucket.put(
    {
      ...{ key, size, etag, headers, metadata, parts, uploadId, checksum },
      ...amendmentOf(record),
      ...(encryption ? { encryption } : {}),
      ...(storageClass ? { storageClass } : {}),
    },
    undefined,
    conditions,
    watch,
  )
}

/**
 * Even if the conditions hold, S3 also requires that the object has not been replaced since the
 * start of the upload.
 *
 * @see https://github.com/justincormack/argmin – `conditional.rs`, run against AWS
 */
function completionConditions(
  values: Readonly<Record<string, string>>,
  found: number | undefined,
): WriteConditions {
  const conditions = writeConditions(values)
  if (found === undefined || Object.keys(conditions).length === 0) return conditions
  return { ...conditions, found }
}

interface NamedPart {
  readonly partNumber: number
  readonly etag: string
  readonly element: XmlElement
}

async function readParts(call: ObjectCall, uploadId: string): Promise<NamedPart[]> {
  const document = await readDocument(call)
  if (document === '') throw new S3Error('InvalidRequest', 'You must specify at least one part')
  const root = parseDocument(document, call.document?.root ?? '')
  const parts = childrenOf(root, 'Part').map((element): NamedPart => {
    const number = textOf(element, 'PartNumber')
    const etag = textOf(element, 'ETag')
    if (!number || !/^\d{1,9}$/.test(number) || etag === undefined)
      throw new S3Error('MalformedXML')
    return { partNumber: Number(number), etag: unquote(etag), element }
  })
  if (parts.length < 1 || parts.length > LIMITS.maxParts) throw new S3Error('MalformedXML')
  let previous = 0
  for (const { partNumber } of parts) {
    if (partNumber <= previous) {
      throw new S3Error('InvalidPartOrder', undefined, { UploadId: uploadId })
    }
    previous = partNumber
  }
  return parts
}

function chooseParts({ record, parts }: Upload, named: readonly NamedPart[]): PartRecord[] {
  const chosen = named.map(({ partNumber, etag, element }) => {
    const part = parts.get(partNumber)
    const detail = { UploadId: record.uploadId, PartNumber: String(partNumber), ETag: etag }
    if (part?.etag !== etag) throw new S3Error('InvalidPart', undefined, detail)
    if (!partChecksumHolds(record, part, element))
      throw new S3Error('InvalidPart', undefined, detail)
    return part
  })
  for (const { size, partNumber, etag } of chosen.slice(0, -1)) {
    if (size >= LIMITS.minPartSize) continue
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: String(size),
      MinSizeAllowed: String(LIMITS.minPartSize),
      PartNumber: String(partNumber),
      ETag: etag,
    })
  }
  return chosen
}

function checkObjectSize(header: string | undefined, size: number): void {
  if (header === undefined || (/^\d{1,15}$/.test(header) && Number(header) === size)) return
  throw new S3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${header} does not match what was computed: ${size}`,
  )
}

/**
 * Returns the MD5 of the parts' MD5s, followed by the part count. S3 does the same, but does not
 * guarantee it.
 */
function multipartEtag(parts: readonly PartRecord[]): string {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.etag, 'hex')
  return `${md5.digest('hex')}-${parts.length}`
}

function completed(
  call: ObjectCall,
  object: ObjectRecord,
  checksum: Checksum | undefined,
): S3Response {
  const { request } = call
  call.notes.size = object.size
  const origin = `${request.secure ? 'https' : 'http'}://${request.headers.host ?? ''}`
  return xmlResponse(
    'CompleteMultipartUploadResult',
    [
      text('Location', `${origin}${uriEncodePath(request.path)}`),
      text('Bucket', request.bucket ?? ''),
      text('Key', object.key),
      text('ETag', `"${object.etag}"`),
      ...(checksum
        ? [
            text(`Checksum${checksum.algorithm}`, checksum.value),
            text('ChecksumType', checksum.type),
          ]
        : []),
    ],
    {
      ...encryptionHeaders(object.encryption),
      ...versionHeader(object),
      ...expirationHeader(call.bucket, object),
    },
  )
}
