/**
 * `POST B/complete`: the object is there, it is what was signed, the rule hears of it. Twice is the same as once.
 *
 * @module
 */

import {
  type CompleteResponse,
  parseCompleteRequest,
  type SignerRequest,
  UploadError,
} from '../protocol/index.ts'
import { type PresentedUpload, presentWaybill } from './authorize.ts'
import { headObject, type StoredObject } from './head-object.ts'
import type { SignerContext } from './signer-context.ts'
import { verifyObject } from './verify-object.ts'

/** @throws {UploadError} When the object is not there or is not what was signed. */
export async function completeUpload(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<CompleteResponse> {
  const { waybill: sealed, crc64nvme } = parseCompleteRequest(body)
  const upload = await presentWaybill(context, request, sealed)
  const object = await headObject(context, upload.waybill.key)
  if (!object) {
    throw new UploadError('OBJECT_NOT_FOUND', 'storage has no object with the key of this waybill')
  }
  const verification = verifyObject(object, upload.waybill, sealed, crc64nvme)
  const result = await tellRule(context, upload, object)
  return {
    key: upload.waybill.key,
    size: object.size,
    etag: object.etag,
    ...verification,
    ...(result === undefined ? {} : { result }),
  }
}

async function tellRule(
  { location }: SignerContext,
  { waybill, rule, authorization }: PresentedUpload,
  { size, type, etag }: StoredObject,
): Promise<unknown> {
  const { key, metadata } = waybill
  return rule.onComplete({
    bucket: location.bucket,
    key,
    size,
    type,
    etag,
    metadata,
    authorization,
  })
}
