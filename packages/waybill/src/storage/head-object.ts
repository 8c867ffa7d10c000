/**
 * Asks S3 what it has under a key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { callS3 } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { StorageUnavailable } from './storage-unavailable.ts'

/** The header of the user metadata in which S3 keeps the waybill. */
export const WAYBILL_FIELD = 'x-amz-meta-waybill'

/** An object as S3 has it. */
export interface StoredObject {
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** With the quotes, as S3 writes it. */
  readonly etag: string
  /** In a bucket with versioning. */
  readonly versionId?: string
  /** The sealed waybill, when it was stored with one. */
  readonly waybill?: string
  /** `Content-Encoding` and `Content-Disposition`; the signer signs neither. */
  readonly encoding?: string
  readonly disposition?: string
  /** In base64, of the whole object. */
  readonly sha256?: string
  /** In base64, of the whole object. */
  readonly crc64nvme?: string
  /** In whole seconds, as S3 writes it. */
  readonly lastModified?: string
}

/** Asks for an object or version. Returns `undefined` when there is none. */
export async function headObject(
  context: S3CallContext,
  object: ObjectVersion,
): Promise<StoredObject | undefined> {
  try {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const { header } = await callS3(context, { method: 'HEAD', ...targetOf(object), headers })
    return readHead(header)
  } catch (error) {
    // 405: the version is a delete marker.
    if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return undefined
    throw error
  }
}

function readHead(header: (name: string) => string | undefined): StoredObject {
  // A composite checksum is computed from the checksums of the parts: it cannot be compared.
  const whole = header('x-amz-checksum-type') !== 'COMPOSITE'
  const etag = header('etag')
  if (!etag) {
    const message =
      "the response to HEAD has no ETag, so it is not S3's: a network may want a login"
    throw new StorageUnavailable('STORAGE_UNAVAILABLE', message)
  }
  const versionId = header('x-amz-version-id')
  const waybill = header(WAYBILL_FIELD)
  const encoding = header('content-encoding')
  const disposition = header('content-disposition')
  const sha256 = whole ? header('x-amz-checksum-sha256') : undefined
  const crc64nvme = whole ? header('x-amz-checksum-crc64nvme') : undefined
  const lastModified = header('last-modified')
  return {
    size: Number(header('content-length')),
    type: header('content-type') ?? '',
    etag,
    // S3 writes `null` for objects that were stored before versioning.
    ...(versionId === undefined || versionId === 'null' ? {} : { versionId }),
    ...(waybill === undefined ? {} : { waybill }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(crc64nvme === undefined ? {} : { crc64nvme }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
}
