/**
 * Reads the bodies of the calls about a stored object: `POST B/link`, `/remove` and `/verdict`.
 *
 * @module
 */

import { readRecord, readText, show, withCode } from './json-value.ts'
import type { Disposition, LinkRequest, RemoveRequest } from './messages.ts'
import { UploadError } from './upload-error.ts'
import type { VerdictRequest } from './verdict.ts'

/** The seal of receipts has a limit of its own; this is that of the body. */
const MAX_LENGTH = 65_536

/**
 * Reads the body of `POST B/link`.
 *
 * @throws {UploadError} `REQUEST_INVALID`, or `RECEIPT_INVALID` when there is no receipt.
 */
export function parseLinkRequest(value: unknown): LinkRequest {
  const { receipt, disposition } = readRecord(value, 'body')
  return {
    receipt: readReceipt(receipt),
    ...(disposition === undefined ? {} : { disposition: readDisposition(disposition) }),
  }
}

/**
 * Reads the body of `POST B/remove`.
 *
 * @throws {UploadError} As `parseLinkRequest`.
 */
export function parseRemoveRequest(value: unknown): RemoveRequest {
  return { receipt: readReceipt(readRecord(value, 'body').receipt) }
}

/**
 * Reads the body of `POST B/verdict`.
 *
 * @throws {UploadError} As `parseLinkRequest`.
 */
export function parseVerdictRequest(value: unknown): VerdictRequest {
  return { receipt: readReceipt(readRecord(value, 'body').receipt) }
}

function readReceipt(value: unknown): string {
  return readText(value, 'receipt', { max: MAX_LENGTH }, withCode('RECEIPT_INVALID'))
}

function readDisposition(value: unknown): Disposition {
  if (value === 'attachment' || value === 'inline') return value
  throw new UploadError(
    'REQUEST_INVALID',
    `disposition is ${show(value)}, expected 'attachment' or 'inline'`,
  )
}
