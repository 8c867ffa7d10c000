/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { incomingBody } from '../body/incoming-body.ts'
import { receive } from '../body/receive.ts'
import type { UploadRecord } from '../buckets/records.ts'
import {
  checksumHeader,
  DEFAULT_ALGORITHM,
  isChecksumAlgorithm,
  typesOf,
} from '../checksums/checksum.ts'
import {
  type ChecksumDemand,
  checksumDemand,
  checksumMismatch,
  unsupportedAlgorithm,
} from '../checksums/checksum-demand.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import { acceptedEncryption, encryptionHeaders } from '../encryption/encryption.ts'
import { requestedEncryption } from '../encryption/requested-encryption.ts'
import { abortHeaders } from '../lifecycle/expiry.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../message/response.ts'
import { requestedLock, requireDigest } from '../object-lock/requested-lock.ts'
import { describeRequest } from '../objects/new-object.ts'
import type { ObjectCall } from '../operations/call.ts'
import { newPart, partAddress } from './new-part.ts'

export async function createMultipartUpload({
  request,
  service,
  bucket,
  key,
}: ObjectCall): Promise<S3Response> {
  const { values } = request
  const declared = declaredChecksum(values)
  const encryption = requestedEncryption(request, bucket.record.encryption, service.region)
  const upload = await bucket.uploads.create({
    key,
    found: bucket.sequenceOf(key),
    ...encryption,
    ...describeRequest(request, bucket.record),
    ...requestedLock(values, bucket.record.objectLock, service.now()),
    ...declared,
  })
  const headers: Record<string, string> = {
    ...acceptedEncryption(upload.encryption),
    ...abortHeaders(bucket, upload),
  }
  if (declared.checksumAlgorithm) {
    headers['x-amz-checksum-algorithm'] = declared.checksumAlgorithm
    headers['x-amz-checksum-type'] = declared.checksumType
  }
  return xmlResponse(
    'InitiateMultipartUploadResult',
    [text('Bucket', bucket.name), text('Key', key), text('UploadId', upload.uploadId)],
    headers,
  )
}

/**
 * For the allowed combinations of algorithm and type, see
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
function declaredChecksum(
  values: Readonly<Record<string, string>>,
): Pick<UploadRecord, 'checksumAlgorithm' | 'checksumType'> {
  const algorithm = values['x-amz-checksum-algorithm']?.toUpperCase()
  const type = values['x-amz-checksum-type']?.toUpperCase()
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    }
    return { checksumType: 'FULL_OBJECT' }
  }
  if (!isChecksumAlgorithm(algorithm)) throw unsupportedAlgorithm()
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.')
  }
  const types = typesOf(algorithm)
  const checksumType = types.find((each) => type === undefined || each === type)
  if (checksumType === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return { checksumAlgorithm: algorithm, checksumType }
}

export async function uploadPart(call: ObjectCall): Promise<S3Response> {
  const { request, payload, service, bucket, key } = call
  const { uploadId, partNumber } = partAddress(request)
  const { record: upload } = bucket.uploads.find(uploadId, key)
  refuseKeyFor('part', upload.encryption, request.values)
  const demand = partDemand(upload, checksumDemand(request.headers))
  requireDigest('Part', demand, upload, bucket.record.objectLock)
  const body = incomingBody(request, payload)
  const { chunks, trailers } = body
  const { storage } = service.store
  const kept = upload.checksumAlgorithm ?? DEFAULT_ALGORITHM
  return receive({ storage, chunks, trailers, demand, kept }, async (received) => {
    const part = newPart(partNumber, received, upload)
    call.notes.size = part.size
    await bucket.uploads.putPart(uploadId, upload.key, part, received.draft)
    const { algorithm, checksum } = received.digests.verified
    return emptyResponse(200, {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.encryption),
      [checksumHeader(algorithm)]: checksum,
    })
  })
}

/**
 * The part's checksum must use the declared algorithm. If none was declared, any algorithm is
 * allowed, because SDKs send a checksum by default. If the object has a composite checksum, the
 * client must send a checksum with each part. Otherwise S3 computes a missing one.
 *
 * @see https://github.com/justincormack/argmin – `checksums.rs`, run against AWS
 */
function partDemand(upload: UploadRecord, demand: ChecksumDemand): ChecksumDemand {
  const { checksumAlgorithm: declared, checksumType } = upload
  const sent = demand.algorithm
  if (declared === undefined || sent === declared) return demand
  if (sent === undefined && checksumType === 'FULL_OBJECT') return demand
  throw checksumMismatch(declared, sent)
}

export async function abortMultipartUpload(call: ObjectCall): Promise<S3Response> {
  const { request, bucket, key } = call
  await bucket.uploads.abort(queryOf(request, 'uploadId') ?? '', key)
  return emptyResponse(204)
}
