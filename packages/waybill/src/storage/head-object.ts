/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { callS3, type S3Response } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { WAYBILL_FIELD } from './waybill-field.ts'

export interface StoredObject {
  /** In bytes. */
  readonly size: number
  readonly type: string
  /** With quotes, as S3 writes it. */
  readonly etag: string
  /** Present if the bucket has versioning. */
  readonly versionId?: string
  readonly waybill?: string
  /** `Content-Encoding`, which the signer never signs. */
  readonly encoding?: string
  /** `Content-Disposition`, which the signer never signs. */
  readonly disposition?: string
  /** The whole object's SHA-256 in base64. */
  readonly sha256?: string
  /** The whole object's CRC64NVME in base64. */
  readonly crc64nvme?: string
  /** As S3 writes it, with a resolution of one second. */
  readonly lastModified?: string
}

export async function headObject(
  context: S3CallContext,
  object: ObjectVersion,
): Promise<StoredObject | undefined> {
  try {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const call = { method: 'HEAD', ...targetOf(object), headers, isResponse: isHead } as const
    return readHead((await callS3(context, call)).header)
  } catch (error) {
    // 405 means that the version is a delete marker.
    if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return undefined
    throw error
  }
}

/** Other servers' pages may have an ETag, too. */
export function isHead({ header, isMarked }: S3Response): boolean {
  return isMarked && !!header('etag') && /^\d+$/.test(header('content-length') ?? '')
}

function readHead(header: S3Response['header']): StoredObject {
  // A composite checksum combines the parts' checksums, so it cannot be compared with the file's.
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
    // S3 writes `null` for objects that were stored before versioning was enabled.
    ...(versionId === undefined || versionId === 'null' ? {} : { versionId }),
    ...(waybill === undefined ? {} : { waybill }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(crc64nvme === undefined ? {} : { crc64nvme }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
}
