/**
 * Creates the receipt of a completed upload, and compares a receipt with the object in S3.
 *
 * @module
 */

import type { ObjectChecksum } from '../../protocol/messages.ts'
import type { StoredObject } from '../../storage/head-object.ts'
import type { PresentedUpload } from '../rules/authorize.ts'
import { pathOf } from '../waybill/waybill.ts'
import type { Receipt } from './receipt.ts'
import type { ReceiptSeal } from './receipt-seal.ts'

export async function makeReceipt(
  receipts: Pick<ReceiptSeal, 'seal'>,
  { waybill }: PresentedUpload,
  object: StoredObject,
): Promise<string> {
  const { key, name, id, metadata, owner, rule, grantedAt } = waybill
  const { size, type, etag, versionId } = object
  const checksum = checksumOf(object)
  return receipts.seal({
    ...{ key, size, type, etag, name, id, metadata, rule },
    path: pathOf(waybill),
    // Not the time of this call: a client that asks again days later would get a fresh receipt.
    lastModified: timeOf(object) ?? grantedAt,
    ...(versionId === undefined ? {} : { versionId }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(owner === undefined ? {} : { owner }),
  })
}

/**
 * Returns whether an object is the one of a receipt. The ETag alone is not enough: it may be an
 * MD5, for which collisions exist, and the same bytes may have been stored again after the object
 * was removed. S3 writes whole seconds.
 */
export function isObjectOf(
  { size, etag, checksum, lastModified }: Receipt,
  object: StoredObject,
): boolean {
  const { algorithm, value } = checksum ?? {}
  const time = timeOf(object)
  return (
    object.size === size &&
    object.etag === etag &&
    (algorithm !== 'SHA256' || object.sha256 === value) &&
    (algorithm !== 'CRC64NVME' || object.crc64nvme === value) &&
    (time === undefined || time.getTime() === lastModified.getTime())
  )
}

function checksumOf({ sha256, crc64nvme }: StoredObject): ObjectChecksum | undefined {
  if (sha256 !== undefined) return { algorithm: 'SHA256', value: sha256 }
  return crc64nvme === undefined ? undefined : { algorithm: 'CRC64NVME', value: crc64nvme }
}

function timeOf({ lastModified = '' }: StoredObject): Date | undefined {
  const time = new Date(lastModified)
  return Number.isNaN(time.getTime()) ? undefined : time
}
