/**
 * ETag and checksum of a new object, and the headers that S3 returns after a write.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { Bucket } from '../../buckets/bucket.ts'
import type { ObjectRecord } from '../../storage/records.ts'
import type { Digests } from '../../checksums/body-digests.ts'
import type { Checksum } from '../../checksums/checksum.ts'
import { acceptedEncryption, type KmsEncryption } from '../../encryption/encryption.ts'
import { expirationHeader } from '../../lifecycle/lifecycle-headers.ts'
import { checksumHeaders, versionHeader } from './object-headers.ts'

/**
 * Computes ETag and checksum of an object that was uploaded in one request. With a KMS key its ETag
 * is not the MD5 of its bytes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
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

/** Makes the headers of the response to a write. */
export function writtenHeaders(bucket: Bucket, record: ObjectRecord): Record<string, string> {
  return {
    etag: `"${record.etag}"`,
    ...acceptedEncryption(record.encryption),
    ...checksumHeaders(record.checksum),
    ...versionHeader(record),
    ...expirationHeader(bucket, record),
  }
}
