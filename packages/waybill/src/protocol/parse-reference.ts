/**
 * Parses the bodies of the calls after create: `POST B/parts`, `/list`, `/complete` and `/abort`.
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
import {
  MAX_PRESENTED_SIZE,
  MAX_UPLOAD_ID_LENGTH,
  MAX_UPLOADS,
  PART_NUMBERS,
} from './message-limits.ts'
import type { CompleteRequest, PartsRequest, UploadReference } from './messages.ts'
import { UploadError } from './upload-error.ts'

/**
 * Parses the body of `POST B/list` and `POST B/abort`.
 *
 * @throws {UploadError} `REQUEST_INVALID`, or `WAYBILL_INVALID` if the waybill is too long.
 */
export function parseUploadReference(value: unknown): UploadReference {
  return readReference(readRecord(value, 'body'))
}

/**
 * @throws {UploadError} Like `parseUploadReference`, or `PART_NUMBER_INVALID` if `from` or `count`
 *   is invalid.
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

export interface ReadCompleteRequest {
  /** Whether the request is a list. The response then is a list too. */
  readonly many: boolean
  readonly uploads: readonly (CompleteRequest | UploadError)[]
}

/**
 * Parses the body of `POST B/complete`, for one upload or several. An invalid upload becomes an
 * error in the result.
 *
 * @throws {UploadError} `REQUEST_INVALID` if the body is neither one upload nor a list of 1 to 100.
 */
export function parseCompleteRequest(value: unknown): ReadCompleteRequest {
  const body = readRecord(value, 'body')
  const many = body.uploads !== undefined
  const uploads = readEach(many ? body.uploads : [body], 'uploads', (each) =>
    readComplete(readRecord(each, 'upload')),
  )
  return { many, uploads }
}

/** @throws {UploadError} `REQUEST_INVALID` if `value` is not a list of 1 to 100. */
export function readEach<Item>(
  value: unknown,
  name: string,
  read: (item: unknown) => Item,
): (Item | UploadError)[] {
  const list = readList(value, name)
  if (list.length < 1 || list.length > MAX_UPLOADS) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${name} has ${list.length} entries, expected 1 to ${MAX_UPLOADS}`,
    )
  }
  return list.map((item) => {
    try {
      return read(item)
    } catch (error) {
      if (error instanceof UploadError) return error
      throw error
    }
  })
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
