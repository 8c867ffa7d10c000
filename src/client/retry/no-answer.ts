/**
 * The error of a request that ended without an answer. A browser does not tell a page why: a broken
 * line and a CORS rule that does not allow the page look the same.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/** @param url - Where the request went; of a presigned one, nothing but the origin is told. */
export function noAnswer(
  code: 'NETWORK_FAILED' | 'SIGNER_UNAVAILABLE',
  url: string,
  cause?: unknown,
): UploadError {
  const isSigner = code === 'SIGNER_UNAVAILABLE'
  const who = isSigner ? 'the signer' : 'the storage'
  const page = globalThis.location?.origin
  const there = URL.canParse(url, page) ? new URL(url, page).origin : isSigner ? url : 'no URL'
  const why = page && there !== page ? `; if it never does, it may not allow ${page} (CORS)` : ''
  return new UploadError(code, `${who} at ${there} gave no answer${why}`, { cause })
}
