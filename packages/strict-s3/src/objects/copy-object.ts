/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { writeConditions } from '../buckets/conditions.ts'
import type { BucketRecord, ObjectRecord } from '../buckets/records.ts'
import { type ChecksumAlgorithm, isChecksumAlgorithm } from '../checksums/checksum.ts'
import { unsupportedAlgorithm } from '../checksums/checksum-demand.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import {
  acceptedEncryption,
  encryptionHeaders,
  isSameEncryption,
  type ObjectEncryption,
  SSE_HEADER,
} from '../encryption/encryption.ts'
import { requestedEncryption } from '../encryption/requested-encryption.ts'
import { expirationHeader } from '../lifecycle/expiry.ts'
import type { S3Request } from '../message/request.ts'
import { isoDate, type S3Response, text, xmlResponse } from '../message/response.ts'
import { newPart, partAddress } from '../multipart/new-part.ts'
import { created } from '../notifications/object-change.ts'
import { requestedLock } from '../object-lock/requested-lock.ts'
import type { ObjectCall } from '../operations/call.ts'
import { type CopySource, copyBytes, copyRange, copySource } from './copy-source.ts'
import { describeRequest, type ObjectDescription, REDIRECT_HEADER } from './new-object.ts'
import { etagAndChecksum, readVersionHeader } from './object-headers.ts'
import { requestedClass } from './storage-class.ts'

type Values = Readonly<Record<string, string>>

export async function copyObject(call: ObjectCall): Promise<S3Response> {
  const { request, service, bucket, key } = call
  const source = copySource(call)
  const { values } = request
  const encryption = requestedEncryption(request, bucket.record.encryption, service.region)
  const lock = requestedLock(values, bucket.record.objectLock, service.now())
  const described = {
    ...describeCopy(request, source.record, bucket.record),
    ...encryption,
    ...lock,
  }
  refuseSameObject(call, source, values, described.encryption)
  const conditions = writeConditions(values)
  const whole = { start: 0, end: source.record.size }
  const kept = wantedAlgorithm(values, source.record)
  const record = await copyBytes(call, source, whole, kept, ({ draft, size, digests }) =>
    bucket.put(
      { key, size, ...described, ...etagAndChecksum(digests, described.encryption) },
      draft,
      conditions,
    ),
  )
  service.announcer.announce(created(call, record, 'Copy'))
  return xmlResponse('CopyObjectResult', resultOf(record), {
    ...acceptedEncryption(record.encryption),
    ...readVersionHeader(bucket, record),
    ...expirationHeader(bucket, record),
    ...sourceVersion(source),
  })
}

export async function uploadPartCopy(call: ObjectCall): Promise<S3Response> {
  const { request, bucket, key } = call
  const { uploadId, partNumber } = partAddress(request)
  const { record: upload } = bucket.uploads.find(uploadId, key)
  refuseKeyFor('part', upload.encryption, request.values)
  const source = copySource(call)
  const range = copyRange(request.headers['x-amz-copy-source-range'], source.record.size)
  const kept = upload.checksumAlgorithm
  const part = await copyBytes(call, source, range, kept, (received) =>
    bucket.uploads.putPart(
      uploadId,
      upload.key,
      newPart(partNumber, received, upload),
      received.draft,
    ),
  )
  const { checksum, ...unchecked } = part
  const isDeclared = upload.checksumAlgorithm !== undefined
  return xmlResponse('CopyPartResult', resultOf(isDeclared ? part : unchecked), {
    ...encryptionHeaders(upload.encryption),
    ...sourceVersion(source),
  })
}

function resultOf(result: Pick<ObjectRecord, 'lastModifiedMs' | 'etag' | 'checksum'>) {
  const { checksum } = result
  return [
    text('LastModified', isoDate(new Date(result.lastModifiedMs))),
    text('ETag', `"${result.etag}"`),
    ...(checksum
      ? [text(`Checksum${checksum.algorithm}`, checksum.value), text('ChecksumType', checksum.type)]
      : []),
  ]
}

/** S3 only sends the version `null` if the client named it. */
function sourceVersion({ record, versionId }: CopySource): Record<string, string> {
  if (record.versionId === 'null' && versionId === undefined) return {}
  return { 'x-amz-copy-source-version-id': record.versionId }
}

/**
 * The directives select whether the headers and tags come from the source or the request. The
 * storage class and the redirect location always come from the request.
 */
function describeCopy(
  request: S3Request,
  source: ObjectRecord,
  bucket: BucketRecord,
): ObjectDescription {
  const { values } = request
  const given = describeRequest(request, bucket)
  const { metadata, tags } = source
  const { [REDIRECT_HEADER]: _, ...headers } = source.headers
  const { [REDIRECT_HEADER]: redirect } = given.headers
  const described =
    directive(values, 'x-amz-metadata-directive') === 'REPLACE' ? given : { headers, metadata }
  return {
    ...requestedClass(values),
    headers: { ...described.headers, ...(redirect ? { [REDIRECT_HEADER]: redirect } : {}) },
    metadata: described.metadata,
    tags: directive(values, 'x-amz-tagging-directive') === 'REPLACE' ? given.tags : tags,
  }
}

function directive(values: Values, name: string): 'COPY' | 'REPLACE' {
  const value = values[name] ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new S3Error('InvalidArgument', `Unknown ${name.replace('x-amz-', '').replace('-', ' ')}.`, {
    ArgumentName: name,
    ArgumentValue: value,
  })
}

/** @see https://github.com/localstack/localstack – `test_s3.py`, recorded on AWS */
function refuseSameObject(
  call: ObjectCall,
  { bucket, record }: CopySource,
  values: Values,
  encryption: ObjectEncryption | undefined,
): void {
  const same = bucket.name === call.request.bucket && record.key === call.request.key
  if (!same || directive(values, 'x-amz-metadata-directive') === 'REPLACE') return
  // S3 treats encryption headers, or a default encryption of the bucket, as a change.
  if (values[SSE_HEADER] !== undefined || bucket.record.encryption) return
  if (values[REDIRECT_HEADER] !== undefined) return
  if (!isSameEncryption(encryption, record.encryption)) return
  if (values['x-amz-storage-class'] !== undefined) return
  if (bucket.newest(record.key) !== record) return
  throw new S3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  )
}

/** Defaults to the source's algorithm. */
function wantedAlgorithm(values: Values, source: ObjectRecord): ChecksumAlgorithm | undefined {
  const wanted = values['x-amz-checksum-algorithm']?.toUpperCase()
  if (wanted === undefined) return source.checksum?.algorithm
  if (isChecksumAlgorithm(wanted)) return wanted
  throw unsupportedAlgorithm()
}
