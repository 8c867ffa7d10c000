/**
 * What S3's refusal of the bytes means: an `UploadError` whose `cause` is S3's own `S3Error`.
 *
 * @module
 */

import type { StoreError } from 'waybill-s3/internal/store-error'
import { refusalAdvice } from '../../protocol/refusal-advice.ts'
import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'
import { readSaidError } from './said-error.ts'
import type { SendAnswer } from './send-request.ts'

/** What S3's codes mean for an upload. For all other codes the status decides. */
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
  // The connection broke on the way and S3 noticed first.
  RequestTimeout: 'NETWORK_FAILED',
  IncompleteBody: 'NETWORK_FAILED',
  // The store does not support the request, and will not next time.
  NotImplemented: 'STORAGE_REFUSED',
  ConditionalRequestConflict: 'STORAGE_UNAVAILABLE',
  OperationAborted: 'STORAGE_UNAVAILABLE',
}

/**
 * Turns a response that is not a success into what went wrong.
 *
 * @param isPassing - Whether its status says that the same request may succeed later.
 */
export function readStorageAnswer(
  { status, text, headers }: SendAnswer,
  isPassing: boolean,
): UploadError {
  // Without a document (a proxy's page, or nothing) the status is all there is.
  const cause = readSaidError(text, status)
  const id = cause.detail.RequestId ?? headers['x-amz-request-id'] ?? ''
  const meaning = meaningOf(cause, isPassing)
  const advice = meaning === 'STORAGE_REFUSED' ? refusalAdvice(cause.code, status) : ''
  const said = `${status} ${cause.code}`.trim()
  return new UploadError(meaning, `the storage answered ${said}${advice}`, { cause, id })
}

function meaningOf({ code, message }: StoreError, isPassing: boolean): UploadErrorCode {
  // `Policy expired.` of a form, `Request has expired` of a URL: the code is the same for both.
  if (code === 'AccessDenied' && /expired/i.test(message)) return 'POLICY_EXPIRED'
  const known = Object.hasOwn(MEANING, code) ? MEANING[code] : undefined
  if (known) return known
  return isPassing ? 'STORAGE_UNAVAILABLE' : 'STORAGE_REFUSED'
}
