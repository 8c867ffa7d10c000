/**
 * Reads responses up to a maximum length, detects redirects, parses the signer's errors, and creates
 * errors for requests that got no response. `parse-storage-error.ts` has the storage's errors.
 *
 * Requests use `redirect: 'manual'`. With `'error'`, which Cloudflare Workers do not support, a
 * redirect would look like a broken connection.
 *
 * @see https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
 * @module
 */

import type { ErrorMessage } from '../../protocol/messages.ts'
import { type ErrorDetails, isUploadErrorCode, UploadError } from '../../protocol/upload-error.ts'
import { isPassing } from '../error-table.ts'

/**
 * In bytes. The signer's longest responses (10,000 listed parts or 100 multipart grants) take about
 * 2 MB. The storage's responses are either empty or contain an error document of a few KB. Servers
 * accept headers of up to 16 KB.
 */
export const MAX_ANSWER_SIZE = {
  signer: 8 * 1024 ** 2,
  storage: 256 * 1024,
  tokenUrl: 64 * 1024,
} as const

/**
 * Reads a response piece by piece, so that an endless response cannot exhaust memory.
 *
 * @returns The text. A response that is too long and has a retryable status counts as empty,
 *   because it comes from a gateway.
 * @throws {UploadError} `RESPONSE_INVALID` when any other response is too long.
 */
export async function readAnswer(
  response: Response,
  whose: keyof typeof MAX_ANSWER_SIZE,
): Promise<string> {
  const text = await readUpTo(response, MAX_ANSWER_SIZE[whose])
  if (text !== undefined) return text
  if (isPassing(response.status)) return ''
  throw tooLong(whose)
}

async function readUpTo(response: Response, maxSize: number): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return response.text() // no body, or a platform without streams
  const decoder = new TextDecoder()
  let read = ''
  let size = 0
  for (;;) {
    const { value } = await reader.read()
    if (!value) return read + decoder.decode()
    size += value.length
    if (size > maxSize) {
      reader.cancel().catch(() => {}) // the connection had already failed
      return undefined
    }
    read += decoder.decode(value, { stream: true })
  }
}

/** @returns `undefined` if the text is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function tooLong(whose: keyof typeof MAX_ANSWER_SIZE): UploadError {
  return new UploadError(
    'RESPONSE_INVALID',
    `the ${whose}'s response is longer than ${MAX_ANSWER_SIZE[whose]} bytes`,
  )
}

/**
 * Also detects redirects that were followed, because some platforms ignore `redirect: 'manual'`.
 */
export function isRedirected({ type, redirected }: Response): boolean {
  return type === 'opaqueredirect' || redirected
}

export function storageRedirected(url: string): UploadError {
  return new UploadError(
    'STORAGE_NOT_ALLOWED',
    `the storage at ${originOf(url)} responded with a redirect, which is not followed: check the signer's region and endpoint options (S3 redirects to the bucket's own region)`,
  )
}

/**
 * @returns The URL's origin, which may be shown even if the URL is presigned, or `no URL` if `url`
 *   is invalid.
 */
export function originOf(url: string, base?: string): string {
  if (!URL.canParse(url, base)) return 'no URL'
  const { protocol, host } = new URL(url, base)
  return `${protocol}//${host}`
}

/** In characters. Longer messages are truncated. */
const MAX_MESSAGE = 2048
const MAX_DETAIL = 256

/** @returns `undefined` if `body` is not an error message. */
export function parseSignerError(body: unknown): UploadError | undefined {
  if (!isErrorMessage(body)) return undefined
  const { code, id: said } = body.error
  const message = body.error.message.slice(0, MAX_MESSAGE)
  const id = isString(said) && isShort(said) ? { id: said } : {}
  if (isUploadErrorCode(code)) {
    return new UploadError(code, message, { ...readDetails(body.error.details), ...id })
  }
  return new UploadError(
    'RESPONSE_INVALID',
    `the signer responded with an unknown error ${code.slice(0, 64)}: ${message}`,
    id,
  )
}

function readDetails(body: unknown): { readonly details?: ErrorDetails } {
  const { actual, allowed, retryAfterSeconds } = isRecord(body) ? body : {}
  const details = {
    ...(isShort(actual) ? { actual } : {}),
    ...(isShort(allowed) || isShortList(allowed) ? { allowed } : {}),
    ...(isInteger(retryAfterSeconds) ? { retryAfterSeconds } : {}),
  }
  return Object.keys(details).length > 0 ? { details } : {}
}

function isShort(value: unknown): value is string | number {
  return isString(value) ? value.length <= MAX_DETAIL : Number.isFinite(value)
}

function isShortList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_DETAIL &&
    value.every((entry) => isString(entry) && isShort(entry))
  )
}

function isErrorMessage(body: unknown): body is ErrorMessage {
  if (!isRecord(body) || !isRecord(body.error)) return false
  return [body.error.code, body.error.message].every(isString)
}

/**
 * Duplicated from `protocol/json-value.ts`, because importing that module would load its other
 * functions too.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

/** Whether it can be a bearer token. Any other character could break out of the header. See RFC 6750. */
export function isToken(value: unknown): value is string {
  return isString(value) && /^[\w.~+/-]+=*$/.test(value)
}

/** Addresses of this machine, where no network can answer in place of a server. */
export const LOOPBACK = /\/\/(?:localhost|127\.|\[::1\])/

/** The URL of each failed request. Never shown, because it may be presigned. */
const unanswered = new WeakMap<UploadError, string>()
/** Origins from which this page has read a response. Shared by all uploaders. */
const answered = new Set<string>()

/**
 * To a page, a broken connection and a missing CORS rule look the same. `diagnosis.ts` tells them
 * apart.
 *
 * @param url - Only its origin is shown, because the URL may be presigned.
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
