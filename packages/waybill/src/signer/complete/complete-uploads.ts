/**
 * `POST /complete`: checks that the object exists and matches what was signed, then calls the
 * rule's `onComplete`. Repeating the call has no further effect.
 *
 * @module
 */

import { MAX_COMPLETE_MS } from '../../events/ask-application.ts'
import { secondsSince } from '../../events/report-event.ts'
import type { SignerRequest } from '../../protocol/authorization.ts'
import type {
  CompleteManyResponse,
  CompleteRequest,
  CompleteResponse,
  ErrorMessage,
} from '../../protocol/messages.ts'
import { parseCompleteRequest, readEach } from '../../protocol/parse-complete.ts'
import type { SignerCall } from '../../protocol/signer-event.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { pathOf } from '../../seal/waybill.ts'
import { inBatches } from '../../storage/in-batches.ts'
import { headObject, type StoredObject } from '../../storage/objects.ts'
import { timeLeftMs } from '../../storage/time-limit.ts'
import { type CallContext, errorMessage } from '../context/call-context.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { multipartUpload } from '../grant/part-calls.ts'
import {
  describeWaybill,
  failureOf,
  type RefusedUpload,
  reportRefusal,
  uploadOf,
} from '../refusals.ts'
import { type Caller, callerOf, type PresentedUpload, presentWaybill } from '../rules/authorize.ts'
import { completeMultipart } from './complete-multipart.ts'
import { makeReceipt } from './make-receipt.ts'
import { type Verification, verifyObject } from './verify-object.ts'

/**
 * @throws {UploadError} If a single upload fails. With several uploads, the response contains the
 *   errors.
 */
export async function completeUploads(
  context: CallContext,
  request: SignerRequest,
  body: unknown,
): Promise<CompleteResponse | CompleteManyResponse> {
  const { many, uploads } = parseCompleteRequest(body)
  const caller = callerOf(context, request)
  const [only] = uploads
  if (!many && only) return completeOne(context, caller, only)
  const answers = await respondToEach(context, 'complete', uploads, {
    answer: (upload) => completeOne(context, caller, upload),
    describe: (upload) => describeWaybill(context, upload),
  })
  return { uploads: answers }
}

export { readEach }

export interface EachResponse<Item, Result> {
  answer(item: Item): Promise<Result>
  /** Describes an item for the event about its refusal. */
  describe(item: Item | undefined): Promise<RefusedUpload>
}

/**
 * Answers a call about several items. If one of them fails, its answer is an error message.
 *
 * `POST /verdict` loads this file for it, so that a cold start does not.
 */
export function respondToEach<Item, Result>(
  context: CallContext,
  call: SignerCall,
  items: readonly (Item | UploadError)[],
  { answer, describe }: EachResponse<Item, Result>,
): Promise<(Result | ErrorMessage)[]> {
  return inBatches(items, async (item) => {
    try {
      if (item instanceof UploadError) throw item
      return await answer(item)
    } catch (error) {
      const failure = failureOf(context, error)
      if (context.report) {
        const described = await describe(item instanceof UploadError ? undefined : item)
        reportRefusal(context, call, failure, described)
      }
      return errorMessage(context, failure)
    }
  })
}

async function completeOne(
  context: SignerContext,
  caller: Caller,
  request: CompleteRequest | UploadError,
): Promise<CompleteResponse> {
  if (request instanceof UploadError) throw request
  const { crc64nvme } = request
  const upload = await presentWaybill(context, caller, request)
  const { completions } = context
  const { sealed } = upload
  return completions.once(sealed, crc64nvme, async () => {
    const object = await storedObject(context, upload, request)
    const verification = verifyObject(object, upload.waybill, sealed, crc64nvme)
    // Only once, because each completion in the log must be followed by one verdict.
    const running = completions.onComplete(sealed, async () => {
      const result = await callOnComplete(context, upload, object, verification)
      reportCompletion(context, upload, object, verification)
      return result
    })
    // If this call times out, the next one waits for the same `onComplete`.
    const leftMs = Math.min(MAX_COMPLETE_MS, timeLeftMs(context.s3))
    const result = await context.ask('onComplete', () => running, leftMs)
    const { size, etag } = object
    return {
      key: upload.waybill.key,
      size,
      etag,
      ...versionOf(object),
      ...verification,
      receipt: await makeReceipt((await context.seal()).receipts, upload, object),
      result,
    }
  })
}

function reportCompletion(
  { report, now }: SignerContext,
  { waybill }: PresentedUpload,
  object: StoredObject,
  { verifiedBy }: Verification,
): void {
  if (!report) return
  const { strategy, grantedAt } = waybill
  const { size, etag } = object
  report({
    ...uploadOf(waybill),
    type: 'completion',
    strategy,
    size,
    etag,
    ...versionOf(object),
    verifiedBy,
    ...secondsSince(grantedAt, now()),
  })
}

function versionOf({ versionId }: StoredObject): Pick<StoredObject, 'versionId'> {
  return versionId === undefined ? {} : { versionId }
}

/**
 * Returns an upload's object. A multipart upload is completed first.
 *
 * An object that does not match is not deleted. Another call may have confirmed it, or it may
 * belong to another upload if the application chose the key.
 */
async function storedObject(
  context: SignerContext,
  { waybill, sealed }: PresentedUpload,
  { uploadId, crc64nvme }: CompleteRequest,
): Promise<StoredObject> {
  if (waybill.strategy === 'multipart') {
    const upload = multipartUpload(waybill, uploadId)
    return completeMultipart(context, upload, { waybill, sealed, crc64nvme })
  }
  const object = await headObject(context.s3, { key: waybill.key })
  if (object) return object
  throw new UploadError('OBJECT_NOT_FOUND', "storage has no object under this waybill's key")
}

async function callOnComplete(
  { location, given }: SignerContext,
  { waybill, rule, authorization }: PresentedUpload,
  object: StoredObject,
  { verifiedBy, ...compared }: Verification,
): Promise<unknown> {
  const { key, name, id, metadata } = waybill
  const { size, type, etag } = object
  const upload = {
    bucket: location.bucket,
    key,
    ...versionOf(object),
    size,
    type,
    etag,
    ...compared,
    name,
    path: pathOf(waybill),
    id,
    metadata,
    authorization,
  }
  return rule.onComplete(upload, given)
}
