/**
 * The error of a request that ended without an answer. A browser does not tell a page why: a broken
 * line and a CORS rule that does not allow the page look the same.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { originOf } from '../transport/read-answer.ts'

/**
 * @param url - Where the request went. Only the origin is shown, because the URL may be presigned.
 */
export function noAnswer(
  code: 'NETWORK_FAILED' | 'SIGNER_UNAVAILABLE',
  url: string,
  cause?: unknown,
): UploadError {
  const isSigner = code === 'SIGNER_UNAVAILABLE'
  const page = globalThis.location?.origin
  const there = originOf(url, page)
  if (isSigner && !there.startsWith('http')) {
    const message = `endpoint is ${url}, expected a URL, or in a page a path`
    return new UploadError('RESPONSE_INVALID', message, { cause })
  }
  const who = isSigner ? 'the signer' : 'the storage'
  const check = isSigner ? 'endpoint' : 'bucket'
  const why = page && there !== page ? `; if it never does, check ${check} and CORS (${page})` : ''
  return new UploadError(code, `${who} at ${there} gave no answer${why}`, { cause })
}
