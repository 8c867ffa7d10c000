/**
 * `POST /parts`, `/list` and `/abort`: the calls for multipart uploads.
 *
 * @module
 */

import type { SignerRequest } from '../../protocol/authorization.ts'
import type { ListResponse, PartWindowMessage } from '../../protocol/messages.ts'
import { parsePartsRequest, parseUploadReference } from '../../protocol/parse-reference.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Waybill } from '../../seal/waybill.ts'
import { abortMultipartUpload, listParts, type MultipartUpload } from '../../storage/multipart.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { callerOf, presentWaybill } from '../rules/authorize.ts'
import { planOf } from '../strategy-and-part-size.ts'
import { signParts } from './presign-upload.ts'

/** @throws {UploadError} `PART_NUMBER_INVALID` if the upload has no part with the number `from`. */
export async function signWindow(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<PartWindowMessage> {
  const { waybill: presented, ...window } = parsePartsRequest(body)
  const { uploadId, from } = window
  const reference = { waybill: presented, uploadId }
  const { waybill, rule } = await presentWaybill(context, callerOf(context, request), reference)
  multipartUpload(waybill, uploadId)
  const { partCount } = planOf(waybill)
  if (from > partCount) {
    throw new UploadError(
      'PART_NUMBER_INVALID',
      `from is ${from}, the upload has ${partCount} parts`,
    )
  }
  return signParts(context, rule, waybill, window)
}

/** @throws {UploadError} `UPLOAD_NOT_FOUND` if the upload was aborted or is already complete. */
export async function listUpload(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<ListResponse> {
  const reference = parseUploadReference(body)
  const { waybill } = await presentWaybill(context, callerOf(context, request), reference)
  const { parts } = await listParts(context.s3, multipartUpload(waybill, reference.uploadId))
  return { parts }
}

/**
 * Aborts a multipart upload, so that S3 deletes its parts. Does nothing for a single-request
 * upload.
 */
export async function abort(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<undefined> {
  const reference = parseUploadReference(body)
  const { waybill } = await presentWaybill(context, callerOf(context, request), reference)
  if (waybill.strategy === 'multipart') {
    await abortMultipartUpload(context.s3, multipartUpload(waybill, reference.uploadId))
  }
}

/**
 * @throws {UploadError} `REQUEST_INVALID` if the waybill has another strategy or the id is missing.
 */
export function multipartUpload(
  { key, strategy }: Waybill,
  uploadId: string | undefined,
): MultipartUpload {
  if (strategy !== 'multipart') {
    throw new UploadError(
      'REQUEST_INVALID',
      `waybill is of strategy '${strategy}', it has no parts`,
    )
  }
  if (uploadId === undefined) throw new UploadError('REQUEST_INVALID', 'uploadId is missing')
  return { key, uploadId }
}
