/**
 * Parses the bodies of calls about a stored object: `POST B/link`, `/remove`, `/verdict` and `/claim`.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'
import { readRecord, readText, show, withCode } from './json-value.ts'
import { MAX_RECEIPT_LENGTH, MAX_RULE_NAME_LENGTH } from './message-limits.ts'
import type { ClaimRequest, Disposition } from './messages.ts'
import { UploadError } from './upload-error.ts'

const MAX_KEY_LENGTH = 1024
/** S3's own limit. */
const MAX_VERSION_ID_LENGTH = 1024

/**
 * @throws {UploadError} `REQUEST_INVALID`, or `RECEIPT_INVALID` if the receipt is missing or too
 *   long.
 */
export function parseStoredObject(value: unknown): ClaimRequest {
  const { receipt, rule, key, versionId } = readRecord(value, 'body')
  if (key === undefined || receipt !== undefined) return { receipt: readReceipt(receipt) }
  return {
    key: readKey(key),
    ...(rule === undefined ? {} : { rule: readText(rule, 'rule', { max: MAX_RULE_NAME_LENGTH }) }),
    ...(versionId === undefined
      ? {}
      : { versionId: readText(versionId, 'versionId', { max: MAX_VERSION_ID_LENGTH }) }),
  }
}

export function parseDisposition(value: unknown): Disposition | undefined {
  const { disposition } = readRecord(value, 'body')
  return disposition === undefined ? undefined : readDisposition(disposition)
}

/** @returns The request's list of receipts, not yet parsed, or its only object. */
export function parseVerdictRequest(value: unknown): { list: unknown } | ClaimRequest {
  const { receipts } = readRecord(value, 'body')
  return receipts === undefined ? parseStoredObject(value) : { list: receipts }
}

function readKey(value: unknown): string {
  try {
    return objectKey(readText(value, 'key', { max: MAX_KEY_LENGTH }))
  } catch (error) {
    if (error instanceof UploadError) throw error
    throw new UploadError('REQUEST_INVALID', `key is ${show(value)}, expected an object key`)
  }
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
