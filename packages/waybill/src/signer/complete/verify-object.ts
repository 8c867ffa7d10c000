import type { CompleteResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { StoredObject } from '../../storage/objects.ts'

export type Verification = Pick<CompleteResponse, 'verifiedBy' | 'checksum'>

/**
 * @param sealed - The waybill that S3 must have stored with the object.
 * @param crc64nvme - The client's checksum of the whole file.
 * @throws {UploadError} `OBJECT_MISMATCH` or `CHECKSUM_MISMATCH`
 */
export function verifyObject(
  object: StoredObject,
  waybill: Waybill,
  sealed: string,
  crc64nvme?: string,
): Verification {
  if (object.waybill !== sealed) {
    throw new UploadError('OBJECT_MISMATCH', 'object was not stored with this waybill')
  }
  const { min, max } = waybill.size
  if (!(object.size >= min && object.size <= max)) {
    const expected = min === max ? `${max}` : `${min} to ${max}`
    throw new UploadError(
      'OBJECT_MISMATCH',
      `object is ${object.size} bytes, ${expected} were signed`,
    )
  }
  if (object.type.toLowerCase() !== waybill.type) {
    throw new UploadError(
      'OBJECT_MISMATCH',
      `object is of another type than ${waybill.type}, which was signed`,
    )
  }
  if (waybill.strategy === 'put') verifyHeaders(object)
  return verifyContent(object, waybill, crc64nvme)
}

/**
 * S3 requires only `x-amz-*` headers to be signed, so a client can add other headers to a presigned
 * PUT. These two change how browsers treat the object.
 */
function verifyHeaders({ encoding, disposition }: StoredObject): void {
  if (encoding !== undefined) {
    throw new UploadError('OBJECT_MISMATCH', 'object has a Content-Encoding, none was signed')
  }
  if (disposition !== undefined) {
    throw new UploadError('OBJECT_MISMATCH', 'object has a Content-Disposition, none was signed')
  }
}

function verifyContent(
  object: StoredObject,
  { sha256 }: Waybill,
  crc64nvme: string | undefined,
): Verification {
  if (sha256 !== undefined && object.sha256 !== undefined) {
    return compare('SHA256', object.sha256, sha256)
  }
  if (crc64nvme !== undefined && object.crc64nvme !== undefined) {
    return compare('CRC64NVME', object.crc64nvme, crc64nvme)
  }
  return { verifiedBy: 'size' }
}

function compare(
  algorithm: 'SHA256' | 'CRC64NVME',
  stored: string,
  expected: string,
): Verification {
  if (stored !== expected) {
    throw new UploadError(
      'CHECKSUM_MISMATCH',
      `object has the ${algorithm} ${stored}, expected ${expected}`,
    )
  }
  return { verifiedBy: algorithm, checksum: { algorithm, value: stored } }
}
