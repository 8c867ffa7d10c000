/**
 * Reads the bodies of the calls that follow a create: `POST B/parts`, `/list`, `/complete` and
 * `/abort`.
 *
 * @module
 */

import {
  type JsonRecord,
  readBase64,
  readFlag,
  readInteger,
  readList,
  readRecord,
  readText,
  withCode,
} from './json-value.ts'
import type { CompleteRequest, PartsRequest, UploadReference } from './messages.ts'
import { UploadError } from './upload-error.ts'

/** Bytes of a waybill at most: it also travels as object metadata, of which S3 accepts 2 KB. */
export const MAX_WAYBILL_SIZE = 1536
/**
 * A client presents the waybill, `~` and an authentication code of 22 characters that S3 never
 * gets.
 */
const MAX_PRESENTED_SIZE = MAX_WAYBILL_SIZE + 23

/** S3's upload ids have about 128 characters; no store is known to exceed this limit. */
const MAX_UPLOAD_ID_LENGTH = 1024

/** S3's part numbers; also how many parts there are at most. */
const PART_NUMBERS = { min: 1, max: 10_000 }

/**
 * Reads the body of `POST B/list` and `POST B/abort`.
 *
 * @throws {UploadError} `REQUEST_INVALID`, or `WAYBILL_INVALID` when the waybill is too long.
 */
export function parseUploadReference(value: unknown): UploadReference {
  return readReference(readRecord(value, 'body'))
}

/**
 * Reads the body of `POST B/parts`.
 *
 * @throws {UploadError} As `parseUploadReference`; `PART_NUMBER_INVALID` for an invalid `from` or
 *   `count`.
 */
export function parsePartsRequest(value: unknown): PartsRequest {
  const body = readRecord(value, 'body')
  return {
    ...readReference(body),
    uploadId: readUploadId(body.uploadId),
    from: readInteger(body.from, 'from', PART_NUMBERS, withCode('PART_NUMBER_INVALID')),
    count: readInteger(body.count, 'count', PART_NUMBERS, withCode('PART_NUMBER_INVALID')),
    ...(readFlag(body.secondHost, 'secondHost') ? { secondHost: true } : {}),
  }
}

const MAX_UPLOADS = 100

/** A `POST B/complete` body that has been read. */
export interface ReadCompleteRequest {
  /** Whether the response is a list, as the request is. */
  readonly many: boolean
  /** In the order of the request: each upload, or why it is not valid. */
  readonly uploads: readonly (CompleteRequest | UploadError)[]
}

/**
 * Reads the body of `POST B/complete`, of one upload or of several.
 *
 * @throws {UploadError} `REQUEST_INVALID` when the body as a whole is neither one upload nor 1 to
 *   100 of them.
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
