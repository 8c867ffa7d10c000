/**
 * Makes the receipt of a completed upload.
 *
 * @module
 */

import type { StoredObject } from '../../aws/head-object.ts'
import type { PresentedUpload } from '../rules/authorize.ts'
import type { SignerContext } from '../signer-context.ts'
import { pathOf } from '../waybill/waybill.ts'
import type { Receipt } from './receipt.ts'

/** Makes the receipt of an upload that has just been completed. */
export async function makeReceipt(
  context: Pick<SignerContext, 'seal' | 'location' | 'now'>,
  { waybill }: PresentedUpload,
  object: StoredObject,
  checksum: Receipt['checksum'],
): Promise<string> {
  const { key, name, id, metadata, owner, rule } = waybill
  const { size, type, etag, versionId } = object
  const { receipts } = await context.seal()
  return receipts.seal({
    ...{ bucket: context.location.bucket, key, size, type, etag, name, id, metadata, rule },
    path: pathOf(waybill),
    completedAt: context.now(),
    ...(versionId === undefined ? {} : { versionId }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(owner === undefined ? {} : { owner }),
  })
}
