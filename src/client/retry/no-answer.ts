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
  if (isSigner && !URL.canParse(url, page)) {
    const hint = 'outside of a page it takes a whole URL'
    return new UploadError(code, `${who} at ${url} gave no answer; ${hint}`, { cause })
  }
  const there = URL.canParse(url, page) ? new URL(url, page).origin : 'no URL'
  const why = page && there !== page ? `; if it never does, it may not allow ${page} (CORS)` : ''
  return new UploadError(code, `${who} at ${there} gave no answer${why}`, { cause })
}
