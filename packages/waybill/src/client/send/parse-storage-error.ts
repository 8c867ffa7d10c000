/**
 * Parses the storage's error response into an `UploadError` whose `cause` is S3's own error.
 * `<Error>` documents are flat, so no XML parser is needed. Any other body, such as a proxy's error
 * page, is ignored, and the status decides.
 *
 * @module
 */

import { StoreError } from 'waybill-s3/internal/s3-error'
import { describeRefusal, refusalAdvice } from '../../protocol/refusal-advice.ts'
import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'
import { isPassing } from '../error-table.ts'
import type { StorageResponse } from './storage-request.ts'

/** Maps S3's error codes. For all other codes, the HTTP status decides. */
const MEANING: Readonly<Record<string, UploadErrorCode>> = {
  EntityTooLarge: 'FILE_TOO_LARGE',
  EntityTooSmall: 'FILE_TOO_SMALL',
  ExpiredToken: 'CREDENTIALS_EXPIRED',
  TokenRefreshRequired: 'CREDENTIALS_EXPIRED',
  RequestTimeTooSkewed: 'CLOCK_SKEWED',
  BadDigest: 'CHECKSUM_MISMATCH',
  XAmzContentChecksumMismatch: 'CHECKSUM_MISMATCH',
  NoSuchUpload: 'UPLOAD_NOT_FOUND',
  PreconditionFailed: 'OBJECT_EXISTS',
  // The connection broke, and S3 noticed before the client did.
  RequestTimeout: 'NETWORK_FAILED',
  IncompleteBody: 'NETWORK_FAILED',
  // The store does not support the request, so a retry would fail too.
  NotImplemented: 'STORAGE_REFUSED',
  ConditionalRequestConflict: 'STORAGE_UNAVAILABLE',
  OperationAborted: 'STORAGE_UNAVAILABLE',
}

const ADVISED: ReadonlySet<UploadErrorCode> = new Set(['STORAGE_REFUSED', 'CREDENTIALS_EXPIRED'])

export function parseStorageError({ status, text, headers }: StorageResponse): UploadError {
  const cause = parseErrorDocument(text, status)
  const id = cause.detail.RequestId ?? headers['x-amz-request-id'] ?? ''
  const meaning = meaningOf(cause)
  const advice = ADVISED.has(meaning) ? refusalAdvice(cause) || ownWords(cause) : ''
  return new UploadError(meaning, `${describeRefusal(cause)}${advice}`, { cause, id })
}

/** In characters. */
const MAX_WORDS = 300

function ownWords({ code, message }: StoreError): string {
  return message === code || code === '' ? '' : ` (${message.slice(0, MAX_WORDS)})`
}

function meaningOf({ code, message, status }: StoreError): UploadErrorCode {
  // S3 uses the same code for both messages: `Policy expired.` for forms and `Request has expired`
  // for URLs.
  if (code === 'AccessDenied' && /expired/i.test(message)) return 'POLICY_EXPIRED'
  const known = Object.hasOwn(MEANING, code) ? MEANING[code] : undefined
  if (known) return known
  return isPassing(status) ? 'STORAGE_UNAVAILABLE' : 'STORAGE_REFUSED'
}

const DOCUMENT = /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?<Error\b[^>]*>(.*)<\/Error>\s*$/s
const ELEMENT = /<([\w.-]+)(?:\/>|>([^<]*)<\/\1>)/g
const REFERENCE = /&(?:#(x?)([\da-f]{1,5})|(\w+));/gi
const NAMED = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))

export function parseErrorDocument(body: string, status: number): StoreError {
  const inner = DOCUMENT.exec(body)?.[1] ?? ''
  const texts = [...inner.matchAll(ELEMENT)].map(([, name, text = '']) => [
    name,
    resolveReferences(text),
  ])
  const { Code, Message, ...detail } = Object.fromEntries(texts)
  const message = Message ?? Code ?? 'not an S3 error document'
  return new StoreError(Code ?? '', message, detail, status)
}

function resolveReferences(text: string): string {
  return text.replace(REFERENCE, (whole, hex: string, digits: string | undefined, name: string) =>
    digits
      ? String.fromCodePoint(Number.parseInt(digits, hex ? 16 : 10))
      : (NAMED.get(name) ?? whole),
  )
}
