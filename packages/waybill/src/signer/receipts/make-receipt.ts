/**
 * Makes the receipt of a completed upload, and compares a receipt with what S3 has now.
 *
 * @module
 */

import type { ObjectChecksum } from '../../protocol/messages.ts'
import type { StoredObject } from '../../storage/head-object.ts'
import type { PresentedUpload } from '../rules/authorize.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { pathOf } from '../waybill/waybill.ts'
import type { Receipt } from './receipt.ts'

/** Makes the receipt of an upload that has just been completed. */
export async function makeReceipt(
  context: Pick<SignerContext, 'seal'>,
  { waybill }: PresentedUpload,
  object: StoredObject,
): Promise<string> {
  const { key, name, id, metadata, owner, rule, grantedAt } = waybill
  const { size, type, etag, versionId } = object
  const { receipts } = await context.seal()
  const checksum = checksumOf(object)
  return receipts.seal({
    ...{ key, size, type, etag, name, id, metadata, rule },
    path: pathOf(waybill),
    // Not the time of this call: it would make a receipt new that is asked for again after days.
    lastModified: timeOf(object) ?? grantedAt,
    ...(versionId === undefined ? {} : { versionId }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(owner === undefined ? {} : { owner }),
  })
}

/**
 * Tells whether an object is that of a receipt. An ETag may be an MD5, of which two files can be
 * made, and equal bytes may have come again after the object was removed: so checksum and time are
 * compared, too. S3 writes whole seconds.
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
