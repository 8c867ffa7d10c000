import type { ObjectChecksum } from '../../protocol/messages.ts'
import type { Receipt, ReceiptSeal } from '../../seal/receipt.ts'
import { pathOf } from '../../seal/waybill.ts'
import type { StoredObject } from '../../storage/objects.ts'
import type { PresentedUpload } from '../rules/authorize.ts'

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
    // Do not use the current time: calling `complete` again days later would return a fresh
    // receipt.
    lastModified: timeOf(object) ?? grantedAt,
    ...(versionId === undefined ? {} : { versionId }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(owner === undefined ? {} : { owner }),
  })
}

/**
 * Comparing ETags is not enough. An ETag may be an MD5 hash, for which collisions exist, and the
 * same bytes may have been stored again after the object was removed.
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
