/**
 * Asks S3 what it holds under a key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from '../s3/s3-error.ts'
import { callS3 } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

/** The user metadata under which S3 keeps the waybill with the object. */
export const WAYBILL_FIELD = 'x-amz-meta-waybill'

export interface StoredObject {
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** As S3 writes it, in quotes. */
  readonly etag: string
  /** In a bucket with versioning. */
  readonly versionId?: string
  /** The waybill it was stored with. */
  readonly waybill?: string
  /** `Content-Encoding` and `Content-Disposition`, which a signer does not sign. */
  readonly encoding?: string
  readonly disposition?: string
  /** Base64, of the whole object. */
  readonly sha256?: string
  /** Base64, of the whole object. */
  readonly crc64nvme?: string
  /** As S3 writes it: whole seconds. */
  readonly lastModified?: string
}

/** @returns `undefined` when there is no such object or version. */
export async function headObject(
  context: S3CallContext,
  object: ObjectVersion,
): Promise<StoredObject | undefined> {
  try {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const { header } = await callS3(context, { method: 'HEAD', ...targetOf(object), headers })
    return readHead(header)
  } catch (error) {
    // 405 is a version that is a delete marker.
    if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return undefined
    throw error
  }
}

function readHead(header: (name: string) => string | undefined): StoredObject {
  // A composite checksum is one of the parts' checksums: it says nothing that we could compare.
  const whole = header('x-amz-checksum-type') !== 'COMPOSITE'
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
    etag: header('etag') ?? '',
    // S3 writes `null` for what was stored before versioning.
    ...(versionId === undefined || versionId === 'null' ? {} : { versionId }),
    ...(waybill === undefined ? {} : { waybill }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(crc64nvme === undefined ? {} : { crc64nvme }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
}
