/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @module
 */

import { type PartPlan, partOf, S3Error } from 'waybill-s3'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Waybill } from '../../seal/waybill.ts'
import {
  completeMultipartUpload,
  listParts,
  type MultipartUpload,
  type PartList,
  type StoredPart,
} from '../../storage/multipart.ts'
import { headObject, type StoredObject } from '../../storage/objects.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { planOf } from '../strategy-and-part-size.ts'

const ALREADY_DONE: ReadonlySet<string> = new Set(['NoSuchUpload', 'PreconditionFailed'])

export interface Completion {
  readonly waybill: Waybill
  /** The sealed waybill as S3 stores it. An object with this waybill is the completed upload. */
  readonly sealed: string
  /** The client's checksum of the whole file, in base64. */
  readonly crc64nvme: string | undefined
}

/**
 * Completes a multipart upload, or returns the object if an earlier call has completed it.
 *
 * @throws {UploadError} `UPLOAD_NOT_FOUND`, `UPLOAD_INCOMPLETE`, `OBJECT_EXISTS` or
 *   `OBJECT_NOT_FOUND`; `CHECKSUM_MISMATCH` if S3 rejects the client's CRC64NVME. In that case, the
 *   parts are kept.
 */
export async function completeMultipart(
  { s3 }: Pick<SignerContext, 's3'>,
  upload: MultipartUpload,
  completion: Completion,
): Promise<StoredObject> {
  try {
    const list = await listParts(s3, upload)
    checkParts(list.parts, planOf(completion.waybill))
    await completeParts(s3, upload, list, completion)
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    if (error.code === 'BadDigest') throw wrongChecksum(completion, error)
    if (!ALREADY_DONE.has(error.code)) throw error
    const object = await headObject(s3, upload)
    // Another call has completed the upload, or our own first attempt has and its response was
    // lost.
    if (object?.waybill === completion.sealed) return object
    throw error
  }
  const object = await headObject(s3, upload)
  if (object) return object
  throw new UploadError('OBJECT_NOT_FOUND', 'object was completed, but no longer exists')
}

/**
 * S3 has not created the object, so a call with the right checksum can still complete the upload.
 */
function wrongChecksum({ crc64nvme }: Completion, cause: S3Error): UploadError {
  const message = `the parts do not make an object with the CRC64NVME ${crc64nvme}`
  return new UploadError('CHECKSUM_MISMATCH', message, { cause })
}

async function completeParts(
  s3: S3CallContext,
  upload: MultipartUpload,
  { parts, declaresCrc64 }: PartList,
  { waybill, crc64nvme }: Completion,
): Promise<void> {
  const conditions = { 'if-none-match': '*', 'x-amz-mp-object-size': String(waybill.size.max) }
  // Send the checksum only if the upload was created with one. Otherwise AWS ignores it, and other
  // stores compare it with the request body, which is the part list.
  const checksum =
    declaresCrc64 && crc64nvme !== undefined
      ? { 'x-amz-checksum-crc64nvme': crc64nvme, 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}
  try {
    await completeMultipartUpload(s3, upload, parts, { ...conditions, ...checksum })
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NotImplemented')) throw error
    // The store does not support conditional completion. Sending a HEAD request first is almost as
    // safe, because keys contain 128 random bits.
    if (await headObject(s3, upload)) throw new S3Error('PreconditionFailed')
    await completeMultipartUpload(s3, upload, parts, {})
  }
}

/**
 * @throws {UploadError} `UPLOAD_INCOMPLETE` unless the parts are exactly those that were signed.
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
    const missing = expected > plan.partCount ? '' : `: part ${expected} is missing`
    throw new UploadError(
      'UPLOAD_INCOMPLETE',
      `storage has ${parts.length} parts, expected ${plan.partCount}${missing}`,
    )
  }
}
