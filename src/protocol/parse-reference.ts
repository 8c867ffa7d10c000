/**
 * Lets through the bodies of the calls that follow a create: `POST B/parts`, `/list`, `/complete` and `/abort`.
 *
 * @module
 */

import {
  type JsonRecord,
  readBase64,
  readInteger,
  readList,
  readRecord,
  readText,
  withCode,
} from './json-value.ts'
import type { CompleteRequest, PartsRequest, UploadReference } from './messages.ts'
import { UploadError } from './upload-error.ts'

/** A waybill is at most 1.5 KB because it also travels as object metadata (S3 takes 2 KB). */
export const MAX_WAYBILL_SIZE = 1536
/** What a client presents is a waybill, `~`, and an authentication code of 22 characters that S3 never gets. */
const MAX_PRESENTED_SIZE = MAX_WAYBILL_SIZE + 23

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
    from: readInteger(body.from, 'from', 1, 10_000, withCode('PART_NUMBER_INVALID')),
    count: readInteger(body.count, 'count', 1, 10_000, withCode('PART_NUMBER_INVALID')),
  }
}

const MAX_UPLOADS = 100

/** A `POST B/complete` body that has been read. */
export interface ReadCompleteRequest {
  /** Whether the answer is a list, as the request is. */
  readonly many: boolean
  /** In the order of the request; each upload, or why it cannot be one. */
  readonly uploads: readonly (CompleteRequest | UploadError)[]
}

/**
 * @throws {UploadError} `REQUEST_INVALID` when the body as a whole is neither one upload nor 1 to 100 of them.
 */
export function parseCompleteRequest(value: unknown): ReadCompleteRequest {
  const body = readRecord(value, 'body')
  if (body.uploads === undefined) return { many: false, uploads: [readOrError(body)] }
  const uploads = readList(body.uploads, 'uploads')
  if (uploads.length < 1 || uploads.length > MAX_UPLOADS) {
    throw new UploadError(
      'REQUEST_INVALID',
      `uploads has ${uploads.length} entries, expected 1 to ${MAX_UPLOADS}`,
    )
  }
  return { many: true, uploads: uploads.map(readOrError) }
}

function readOrError(value: unknown): CompleteRequest | UploadError {
  try {
    return readComplete(readRecord(value, 'upload'))
  } catch (error) {
    if (error instanceof UploadError) return error
    throw error
  }
}

function readComplete(body: JsonRecord): CompleteRequest {
  const reference = readReference(body)
  if (body.crc64nvme === undefined) return reference
  return { ...reference, crc64nvme: readBase64(body.crc64nvme, 'crc64nvme', 8) }
}

function readReference(body: JsonRecord): UploadReference {
  const waybill = readText(
    body.waybill,
    'waybill',
    { max: MAX_PRESENTED_SIZE },
    withCode('WAYBILL_INVALID'),
  )
  return body.uploadId === undefined
    ? { waybill }
    : { waybill, uploadId: readUploadId(body.uploadId) }
}

function readUploadId(value: unknown): string {
  return readText(value, 'uploadId', { max: MAX_UPLOAD_ID_LENGTH })
}
