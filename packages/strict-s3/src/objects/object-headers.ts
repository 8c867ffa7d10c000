/**
 * Response headers that describe an object, and a new object's ETag and checksum.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { Bucket } from '../buckets/bucket.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import type { Digests } from '../checksums/body-digests.ts'
import { type Checksum, checksumHeader } from '../checksums/checksum.ts'
import {
  acceptedEncryption,
  encryptionHeaders,
  type ObjectEncryption,
} from '../encryption/encryption.ts'
import { expirationHeader } from '../lifecycle/expiry.ts'
import { encodeWord } from './encoded-word.ts'
import { classHeader } from './storage-class.ts'

export const METADATA_PREFIX = 'x-amz-meta-'

/** The headers do not include the length. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [name, latin1(value)]),
    ),
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
    ...encryptionHeaders(record.encryption),
    ...classHeader(record),
  }
  for (const [name, value] of Object.entries(record.metadata)) {
    headers[METADATA_PREFIX + name] = encodeWord(value)
  }
  const tagCount = Object.keys(record.tags).length
  if (tagCount > 0) headers['x-amz-tagging-count'] = String(tagCount)
  return headers
}

/** S3 replaces characters that are not in Latin-1 with spaces. */
function latin1(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** For writes. S3 sends the version `null` only in reads. */
export function versionHeader({ versionId }: ObjectRecord): Record<string, string> {
  return versionId === 'null' ? {} : { 'x-amz-version-id': versionId }
}

/** For reads. There is no header if the bucket never had versioning. */
export function readVersionHeader(
  { record: { versioning } }: Bucket,
  { versionId }: ObjectRecord,
): Record<string, string> {
  return versioning ? { 'x-amz-version-id': versionId } : {}
}

/**
 * Returns the values for an object that was uploaded in a single request. With KMS, the ETag
 * is not the MD5 of the bytes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagAndChecksum(
  digests: Digests,
  encryption: ObjectEncryption | undefined,
): { etag: string; checksum: Checksum } {
  return {
    etag: encryption ? randomBytes(16).toString('hex') : digests.md5,
    checksum: { algorithm: digests.algorithm, value: digests.checksum, type: 'FULL_OBJECT' },
  }
}

export function writtenHeaders(bucket: Bucket, record: ObjectRecord): Record<string, string> {
  return {
    etag: `"${record.etag}"`,
    ...acceptedEncryption(record.encryption),
    ...checksumHeaders(record.checksum),
    ...versionHeader(record),
    ...expirationHeader(bucket, record),
  }
}
