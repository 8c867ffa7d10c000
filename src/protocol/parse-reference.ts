/**
 * Lets through the bodies of the calls that follow a create: `POST B/parts`, `/list`, `/complete` and `/abort`.
 *
 * @module
 */

import { type JsonRecord, readBase64, readInteger, readRecord, readText } from './json-value.ts'
import type { CompleteRequest, PartsRequest, UploadReference } from './messages.ts'

/** A waybill is at most 1.5 KB because it also travels as object metadata (S3 takes 2 KB). */
export const MAX_WAYBILL_SIZE = 1536

/** S3's upload ids are about 128 characters; no store is known to exceed this. */
const MAX_UPLOAD_ID_LENGTH = 1024

/** @throws {UploadError} `REQUEST_INVALID`, or `WAYBILL_INVALID` when no waybill can be that long. */
export function parseUploadReference(value: unknown): UploadReference {
  return readReference(readRecord(value, 'body'))
}

/** @throws {UploadError} See `parseUploadReference`; `PART_NUMBER_INVALID` for a `from` that is no part number. */
export function parsePartsRequest(value: unknown): PartsRequest {
  const body = readRecord(value, 'body')
  return {
    ...readReference(body),
    uploadId: readUploadId(body.uploadId),
    from: readInteger(body.from, 'from', 1, 10_000, 'PART_NUMBER_INVALID'),
    count: readInteger(body.count, 'count', 1, 10_000, 'PART_NUMBER_INVALID'),
  }
}

/** @throws {UploadError} See `parseUploadReference`. */
export function parseCompleteRequest(value: unknown): CompleteRequest {
  const body = readRecord(value, 'body')
  const reference = readReference(body)
  if (body.crc64nvme === undefined) return reference
  return { ...reference, crc64nvme: readBase64(body.crc64nvme, 'crc64nvme', 8) }
}

function readReference(body: JsonRecord): UploadReference {
  const waybill = readText(body.waybill, 'waybill', { max: MAX_WAYBILL_SIZE }, 'WAYBILL_INVALID')
  return body.uploadId === undefined
    ? { waybill }
    : { waybill, uploadId: readUploadId(body.uploadId) }
}

function readUploadId(value: unknown): string {
  return readText(value, 'uploadId', { max: MAX_UPLOAD_ID_LENGTH })
}
