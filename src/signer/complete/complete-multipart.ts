/**
 * Makes an object of the parts that S3 has, whether or not an earlier try already did.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @module
 */

import { headObject, type StoredObject } from '../../aws/head-object.ts'
import {
  completeMultipartUpload,
  listParts,
  type MultipartUpload,
  type StoredPart,
} from '../../aws/multipart.ts'
import { UploadError } from '../../protocol/index.ts'
import { type PartPlan, partOf, S3Error } from '../../s3/index.ts'
import { planOf } from '../grant/plan-upload.ts'
import type { SignerContext } from '../signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

export interface FinishedUpload {
  readonly object: StoredObject
  /** Whether this call made the object: only then may it also remove it. */
  readonly finishedNow: boolean
}

/** What S3 answers when the upload has become an object already. */
const ALREADY_DONE: ReadonlySet<string> = new Set(['NoSuchUpload', 'PreconditionFailed'])

/**
 * @param sealed - The waybill as presented: an object that was stored with it is this upload, completed.
 * @throws {UploadError} `UPLOAD_NOT_FOUND`, `UPLOAD_INCOMPLETE`, `OBJECT_EXISTS`, `OBJECT_NOT_FOUND`.
 */
export async function finishMultipart(
  context: SignerContext,
  upload: MultipartUpload,
  waybill: Waybill,
  sealed: string,
): Promise<FinishedUpload> {
  let sentAgain = false
  try {
    const parts = await listParts(context.s3, upload)
    checkParts(parts, planOf(waybill))
    await finish(context, upload, parts, waybill, () => {
      sentAgain = true
    })
  } catch (error) {
    if (!(error instanceof S3Error && ALREADY_DONE.has(error.code))) throw error
    const object = await headObject(context.s3, upload)
    if (object?.waybill !== sealed) throw error
    // Done although refused: another call did it, or our first try whose answer was lost.
    return { object, finishedNow: sentAgain }
  }
  const object = await headObject(context.s3, upload)
  if (!object) throw new UploadError('OBJECT_NOT_FOUND', 'object is gone since it was completed')
  return { object, finishedNow: true }
}

async function finish(
  context: SignerContext,
  upload: MultipartUpload,
  parts: readonly StoredPart[],
  { size }: Waybill,
  onRetry: () => void,
): Promise<void> {
  const conditions = { 'if-none-match': '*', 'x-amz-mp-object-size': String(size.max) }
  try {
    await completeMultipartUpload(context.s3, upload, parts, conditions, onRetry)
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NotImplemented')) throw error
    // A store without conditional completion: the key is 128 random bits, so looking first is nearly as good.
    if (await headObject(context.s3, upload)) throw new S3Error('PreconditionFailed')
    await completeMultipartUpload(context.s3, upload, parts, {}, onRetry)
  }
}

/**
 * @throws {UploadError} `UPLOAD_INCOMPLETE` when the parts are not exactly those that were signed.
 */
function checkParts(parts: readonly StoredPart[], plan: PartPlan): void {
  let expected = 1
  for (const { partNumber, size } of parts) {
    if (partNumber !== expected) break
    const planned = partNumber <= plan.partCount ? partOf(plan, partNumber).size : 0
    if (size !== planned) {
      throw new UploadError(
        'UPLOAD_INCOMPLETE',
        `part ${partNumber} is ${size} bytes, ${planned} were signed`,
      )
    }
    expected += 1
  }
  if (expected - 1 !== plan.partCount || parts.length !== plan.partCount) {
    throw new UploadError(
      'UPLOAD_INCOMPLETE',
      `storage has ${parts.length} parts, ${plan.partCount} make the object; part ${expected} is missing`,
    )
  }
}
