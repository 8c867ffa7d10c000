/**
 * Asks S3 what it holds under a key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from '../s3/index.ts'
import { WAYBILL_FIELD } from './grant/grant-post.ts'
import { callS3 } from './s3-call.ts'
import type { SignerContext } from './signer-context.ts'

export interface StoredObject {
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** The waybill it was stored with. */
  readonly waybill?: string
  /** `Content-Encoding` and `Content-Disposition`, which nobody signs. */
  readonly encoding?: string
  readonly disposition?: string
  /** Base64, of the whole object. */
  readonly sha256?: string
  /** Base64, of the whole object. */
  readonly crc64nvme?: string
}

/** @returns `undefined` when there is no object with that key. */
export async function headObject(
  context: SignerContext,
  key: string,
): Promise<StoredObject | undefined> {
  try {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const { header } = await callS3(context, { method: 'HEAD', key, headers })
    // A composite checksum is one of the parts' checksums: it says nothing that we could compare.
    const whole = header('x-amz-checksum-type') !== 'COMPOSITE'
    const text = {
      waybill: header(WAYBILL_FIELD),
      encoding: header('content-encoding'),
      disposition: header('content-disposition'),
      sha256: whole ? header('x-amz-checksum-sha256') : undefined,
      crc64nvme: whole ? header('x-amz-checksum-crc64nvme') : undefined,
    }
    return {
      size: Number(header('content-length')),
      type: header('content-type') ?? '',
      etag: header('etag') ?? '',
      ...(text.waybill === undefined ? {} : { waybill: text.waybill }),
      ...(text.encoding === undefined ? {} : { encoding: text.encoding }),
      ...(text.disposition === undefined ? {} : { disposition: text.disposition }),
      ...(text.sha256 === undefined ? {} : { sha256: text.sha256 }),
      ...(text.crc64nvme === undefined ? {} : { crc64nvme: text.crc64nvme }),
    }
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return undefined
    throw error
  }
}
