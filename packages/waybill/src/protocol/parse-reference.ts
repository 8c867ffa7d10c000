/**
 * Parses the bodies of the calls for one upload: `POST B/parts`, `/list` and `/abort`.
 *
 * @module
 */

import {
  type JsonRecord,
  readFlag,
  readInteger,
  readRecord,
  readText,
  withCode,
} from './json-value.ts'
import { MAX_PRESENTED_SIZE, MAX_UPLOAD_ID_LENGTH, PART_NUMBERS } from './message-limits.ts'
import type { PartsRequest, UploadReference } from './messages.ts'

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

export function readReference(body: JsonRecord): UploadReference {
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
