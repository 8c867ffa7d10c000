/**
 * PutObject.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @module
 */

import { randomBytes } from 'node:crypto'
import { incomingBody } from '../../body/incoming-body.ts'
import { receive } from '../../body/receive.ts'
import type { Bucket } from '../../buckets/bucket.ts'
import { checkWrite, writeConditions } from '../../buckets/conditions.ts'
import type { ObjectRecord } from '../../buckets/records.ts'
import { refuseVersionId } from '../../buckets/versions.ts'
import type { Digests } from '../../checksums/body-digests.ts'
import { type Checksum, checksumHeader } from '../../checksums/checksum.ts'
import { checksumDemand } from '../../checksums/checksum-demand.ts'
import { acceptedEncryption, type KmsEncryption } from '../../encryption/encryption.ts'
import { requestedEncryption } from '../../encryption/requested-encryption.ts'
import { type Answer, emptyAnswer } from '../../http/answer.ts'
import { valuesOf } from '../../http/request.ts'
import { expirationHeader } from '../../lifecycle/lifecycle-headers.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'
import { objectCreated } from './object-created.ts'
import { describeObject } from './object-headers.ts'

export async function putObject(call: Call): Promise<Answer> {
  const { request, payload, service } = call
  const bucket = bucketOf(call)
  const key = keyOf(call)
  refuseVersionId(request)
  const values = valuesOf(request)
  const wanted = requestedEncryption(values, bucket.record.encryption, service.region)
  const described = { ...describeObject(values), ...wanted }
  const demand = checksumDemand(request.headers)
  const conditions = writeConditions(request.headers)
  const body = incomingBody(request, payload)
  // Refusing now spares the client the upload; `put` checks again when it counts.
  checkWrite(conditions, bucket.newest(key))
  const watch = bucket.watchDeletes(key)
  try {
    const { storage } = service.store
    const { chunks, trailers } = body
    const record = await receive(
      { storage, chunks, trailers, demand },
      ({ draft, size, digests }) =>
        bucket.put(
          { key, size, ...described, ...identityOf(digests, wanted.encryption) },
          draft,
          conditions,
          watch,
        ),
    )
    service.announce(objectCreated(call, bucket, record, 'PutObject'))
    return emptyAnswer(200, writtenHeaders(bucket, record))
  } finally {
    watch.release()
  }
}

/**
 * @returns ETag and checksum of an object that came in one piece. Under a KMS key its ETag is not the MD5 of what came:
 *   https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function identityOf(
  digests: Digests,
  encryption: KmsEncryption | undefined,
): { etag: string; checksum: Checksum } {
  return {
    etag: encryption ? randomBytes(16).toString('hex') : digests.md5,
    checksum: { algorithm: digests.algorithm, value: digests.checksum, type: 'FULL_OBJECT' },
  }
}

/** @returns What S3 says of an object that it has just written. */
export function writtenHeaders(bucket: Bucket, record: ObjectRecord): Record<string, string> {
  return {
    etag: `"${record.etag}"`,
    ...acceptedEncryption(record.encryption),
    ...checksumHeaders(record.checksum),
    ...versionHeader(record),
    ...expirationHeader(bucket, record),
  }
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** @returns Nothing for a version without an id: S3 names `null` where it is read, not where it is written. */
export function versionHeader({ versionId }: ObjectRecord): Record<string, string> {
  return versionId === 'null' ? {} : { 'x-amz-version-id': versionId }
}

/** @returns Nothing for an object of a bucket that never had versioning. */
export function readVersionHeader(
  { record: { versioning } }: Bucket,
  { versionId }: ObjectRecord,
): Record<string, string> {
  return versioning ? { 'x-amz-version-id': versionId } : {}
}
