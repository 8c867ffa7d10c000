/**
 * Creates errors for requests that got no response. To a page, a broken connection and a missing
 * CORS rule look the same. `diagnosis.ts` tells them apart.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { originOf } from './read-answer.ts'

/** Addresses of this machine, where no network can answer in place of a server. */
export const LOOPBACK = /\/\/(?:localhost|127\.|\[::1\])/

/** The URL of each failed request. Never shown, because it may be presigned. */
const unanswered = new WeakMap<UploadError, string>()
/** Origins from which this page has read a response. Shared by all uploaders. */
const answered = new Set<string>()

/** @param url - Only its origin is shown, because the URL may be presigned. */
export function noAnswer(
  code: 'NETWORK_FAILED' | 'SIGNER_UNAVAILABLE',
  url: string,
  cause?: unknown,
): UploadError {
  const isSigner = code === 'SIGNER_UNAVAILABLE'
  const page = globalThis.location?.origin
  const there = originOf(url, page)
  if (isSigner && !there.startsWith('http')) {
    const message = `endpoint is ${url}, expected a URL or, in a page, a path`
    return new UploadError('RESPONSE_INVALID', message, { cause })
  }
  const who = isSigner ? 'the signer' : 'the storage'
  const check = isSigner
    ? `the page's endpoint and the signer's allowedOrigins (${page})`
    : `that the signer's bucket exists and that its CORS rule allows ${page}`
  const option = isSigner ? '' : " (the signer's endpoint option)"
  const asked = LOOPBACK.test(there)
    ? `: is it running, and is this its address${option}? If so, `
    : '; if this continues, '
  const why = page && there !== page ? `${asked}check ${check}` : ''
  const error = new UploadError(code, `${who} at ${there} did not respond${why}`, { cause })
  unanswered.set(error, url)
  return error
}

export function unansweredUrl(error: UploadError): string | undefined {
  return unanswered.get(error)
}

/**
 * Records that this page was able to read a response, whatever its status, from the URL's origin.
 */
export function noteAnswer(url: string): void {
  answered.add(originOf(url, globalThis.location?.origin))
}

export function hasAnswered(origin: string): boolean {
  return answered.has(origin)
}
