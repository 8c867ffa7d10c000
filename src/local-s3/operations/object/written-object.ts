/**
 * What an object that has been written is known by, and what S3 says of it.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { Bucket } from '../../buckets/bucket.ts'
import type { ObjectRecord } from '../../buckets/records.ts'
import type { Digests } from '../../checksums/body-digests.ts'
import { type Checksum, checksumHeader } from '../../checksums/checksum.ts'
import { acceptedEncryption, type KmsEncryption } from '../../encryption/encryption.ts'
import { expirationHeader } from '../../lifecycle/lifecycle-headers.ts'

/**
 * @returns ETag and checksum of an object that came in one piece. Under a KMS key its ETag is not
 *   the MD5 of what came: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
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

/**
 * @returns Nothing for a version without an id: S3 names `null` where it is read, not where it is
 *   written.
 */
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
