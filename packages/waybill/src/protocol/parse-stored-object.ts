/**
 * Parses the bodies of calls about a stored object: `POST B/link`, `/remove` and `/verdict`.
 *
 * @module
 */

import { readRecord, readText, show, withCode } from './json-value.ts'
import { MAX_RECEIPT_LENGTH } from './message-limits.ts'
import type { Disposition, LinkRequest, RemoveRequest } from './messages.ts'
import { UploadError } from './upload-error.ts'

/**
 * @throws {UploadError} `REQUEST_INVALID`, or `RECEIPT_INVALID` if the receipt is missing or too
 *   long.
 */
export function parseLinkRequest(value: unknown): LinkRequest {
  const { receipt, disposition } = readRecord(value, 'body')
  return {
    receipt: readReceipt(receipt),
    ...(disposition === undefined ? {} : { disposition: readDisposition(disposition) }),
  }
}

export function parseRemoveRequest(value: unknown): RemoveRequest {
  return { receipt: readReceipt(readRecord(value, 'body').receipt) }
}

/** @returns The request's list of receipts, not yet parsed, or its only receipt. */
export function parseVerdictRequest(value: unknown): { list: unknown } | { receipt: string } {
  const { receipt, receipts } = readRecord(value, 'body')
  return receipts === undefined ? { receipt: readReceipt(receipt) } : { list: receipts }
}

export function readReceipt(value: unknown): string {
  return readText(value, 'receipt', { max: MAX_RECEIPT_LENGTH }, withCode('RECEIPT_INVALID'))
}

function readDisposition(value: unknown): Disposition {
  if (value === 'attachment' || value === 'inline') return value
  throw new UploadError(
    'REQUEST_INVALID',
    `disposition is ${show(value)}, expected 'attachment' or 'inline'`,
  )
}
