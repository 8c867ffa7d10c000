/**
 * `POST B/complete`: the object is there, it is what was signed, the rule hears of it. Twice is the same as once.
 *
 * @module
 */

import { deleteObject } from '../../aws/delete-object.ts'
import { headObject, type StoredObject } from '../../aws/head-object.ts'
import {
  type CompleteManyResponse,
  type CompleteRequest,
  type CompleteResponse,
  parseCompleteRequest,
  type SignerRequest,
  UploadError,
} from '../../protocol/index.ts'
import { failureOf } from '../failure.ts'
import { multipartUpload } from '../grant/part-calls.ts'
import { describeWaybill, tellRefusal, uploadOf } from '../refusal.ts'
import { type Caller, callerOf, type PresentedUpload, presentWaybill } from '../rules/authorize.ts'
import type { SignerContext } from '../signer-context.ts'
import { type FinishedUpload, finishMultipart } from './complete-multipart.ts'
import { inBatches } from './in-batches.ts'
import { type Verification, verifyObject } from './verify-object.ts'

/** @throws {UploadError} When the only upload fails; of several, a failed one stands in the answer as its error. */
export async function completeUploads(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<CompleteResponse | CompleteManyResponse> {
  const { many, uploads } = parseCompleteRequest(body)
  const caller = callerOf(request)
  const [only] = uploads
  if (!many && only) return completeOne(context, caller, only)
  const answers = await inBatches(uploads, async (upload) => {
    try {
      return await completeOne(context, caller, upload)
    } catch (error) {
      const failure = failureOf(context, error)
      const presented = upload instanceof UploadError ? undefined : upload.waybill
      if (context.tell) {
        tellRefusal(context, 'complete', failure, await describeWaybill(context, presented))
      }
      return failure.toJSON()
    }
  })
  return { uploads: answers }
}

async function completeOne(
  context: SignerContext,
  caller: Caller,
  request: CompleteRequest | UploadError,
): Promise<CompleteResponse> {
  if (request instanceof UploadError) throw request
  const { waybill: sealed, uploadId, crc64nvme } = request
  const upload = await presentWaybill(context, caller, sealed)
  const { completions } = context
  return completions.once(sealed, crc64nvme, async () => {
    const finished = await finish(context, upload, uploadId)
    const verification = await verify(context, upload, finished, crc64nvme)
    const result = await completions.tell(sealed, () => tellRule(context, upload, finished.object))
    tellCompletion(context, upload, finished.object, verification)
    const { size, etag } = finished.object
    return {
      key: upload.waybill.key,
      size,
      etag,
      ...verification,
      ...(result === undefined ? {} : { result }),
    }
  })
}

function tellCompletion(
  { tell }: SignerContext,
  { waybill }: PresentedUpload,
  { size, etag }: StoredObject,
  { verifiedBy }: Verification,
): void {
  const { strategy } = waybill
  tell?.({ ...uploadOf(waybill), type: 'completion', strategy, size, etag, verifiedBy })
}

async function finish(
  context: SignerContext,
  { waybill, sealed }: PresentedUpload,
  uploadId: string | undefined,
): Promise<FinishedUpload> {
  if (waybill.strategy === 'multipart') {
    return finishMultipart(context, multipartUpload(waybill, uploadId), waybill, sealed)
  }
  const object = await headObject(context.s3, waybill)
  if (object) return { object, finishedNow: false }
  throw new UploadError('OBJECT_NOT_FOUND', 'storage has no object with the key of this waybill')
}

async function verify(
  context: SignerContext,
  { waybill, sealed }: PresentedUpload,
  { object, finishedNow }: FinishedUpload,
  crc64nvme: string | undefined,
): Promise<Verification> {
  try {
    return verifyObject(object, waybill, sealed, crc64nvme)
  } catch (error) {
    // Only what this very call has put together: an object that was completed before may be in use.
    if (finishedNow) await deleteObject(context.s3, waybill).catch(context.onError)
    throw error
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
