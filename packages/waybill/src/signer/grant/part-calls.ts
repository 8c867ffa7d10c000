/**
 * `POST B/parts`, `/list` and `/abort`: the calls for uploads in parts.
 *
 * @module
 */

import type { ListResponse, PartWindowMessage } from '../../protocol/messages.ts'
import { parsePartsRequest, parseUploadReference } from '../../protocol/parse-reference.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { abortMultipartUpload, listParts, type MultipartUpload } from '../../storage/multipart.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { callerOf, presentWaybill } from '../rules/authorize.ts'
import type { Waybill } from '../waybill/waybill.ts'
import { signParts } from './grant-upload.ts'
import { planOf } from './plan-upload.ts'

/**
 * Signs more parts of an upload.
 *
 * @throws {UploadError} `PART_NUMBER_INVALID` when the upload has no part `from`.
 */
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

/**
 * Lists the parts that S3 has of an upload.
 *
 * @throws {UploadError} `UPLOAD_NOT_FOUND` when it was aborted or is already complete.
 */
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

/** Aborts an upload: S3 deletes its parts. For a file in one request there is nothing to abort. */
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
 * Returns how S3 identifies a waybill's multipart upload.
 *
 * @param uploadId - As presented with the waybill.
 * @throws {UploadError} `REQUEST_INVALID` when the waybill has another strategy, or the id is
 *   missing.
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
