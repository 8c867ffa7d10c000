/**
 * Parses the signer's responses and computes when their signatures expire.
 *
 * The client's clock may be wrong by hours, so expiry is computed from the time of the call and the
 * signature's lifetime.
 *
 * @module
 */

import { parseAmzDate } from 'waybill-s3/internal/encoding'
import type {
  CompleteResponse,
  PartWindowMessage,
  PostGrant,
  UploadGrant,
} from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { isRecord, parseSignerError } from '../send/parse-signer-error.ts'

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isString)
}

export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/**
 * @returns One result per upload: the parsed entry, or the error with which the signer rejected it.
 */
export function parseUploads<T>(
  body: unknown,
  count: number,
  parse: (entry: unknown) => T,
): (T | UploadError)[] {
  const uploads = isRecord(body) ? body.uploads : undefined
  if (!Array.isArray(uploads) || uploads.length !== count) {
    throw invalid(`uploads, expected ${count} of them`)
  }
  return uploads.map((entry: unknown) => parseSignerError(entry) ?? parse(entry))
}

export function parseGrant(body: unknown): UploadGrant {
  if (isGrant(body)) return body
  throw invalid('uploads, expected a grant of a known strategy')
}

function isGrant(body: unknown): body is UploadGrant {
  if (!isRecord(body)) return false
  if (![body.waybill, body.key, body.expiration].every(isString)) return false
  if (body.strategy === 'post') {
    const post = body.presignedPost
    return isRecord(post) && isString(post.url) && isStringRecord(post.fields)
  }
  if (body.strategy === 'put') return isString(body.url) && isStringRecord(body.headers)
  return (
    body.strategy === 'multipart' &&
    isString(body.uploadId) &&
    isInteger(body.partSize) &&
    isWindow(body.parts)
  )
}

function isWindow(body: unknown): body is PartWindowMessage {
  return (
    isRecord(body) &&
    isInteger(body.from) &&
    isInteger(body.count) &&
    body.count > 0 &&
    [body.url, body.signatures, body.expiration].every(isString) &&
    isStringRecord(body.headers)
  )
}

export function parseCompleted(body: unknown): CompleteResponse {
  if (isCompleted(body)) return body
  throw invalid('key, size, etag and verifiedBy')
}

function isCompleted(body: unknown): body is CompleteResponse {
  return (
    isRecord(body) &&
    isInteger(body.size) &&
    [body.key, body.etag, body.verifiedBy].every(isString) &&
    [body.versionId, body.receipt].every((text) => text === undefined || isString(text))
  )
}

export function invalid(expected: string): UploadError {
  return new UploadError('RESPONSE_INVALID', `the signer's response is missing ${expected}`)
}

export function parseWindow(body: unknown): PartWindowMessage {
  if (isWindow(body)) return body
  throw invalid('a window of parts')
}

/**
 * @param receivedAt - When the signer was called, in milliseconds on the client's clock.
 * @returns When to request a fresh grant, in milliseconds on the client's clock. `Infinity` if the
 *   grant contains no valid dates.
 */
export function renewalOf(grant: UploadGrant, receivedAt: number): number {
  if (grant.strategy === 'multipart') return renewalOfWindow(grant.parts, receivedAt)
  const signedAt = grant.strategy === 'put' ? signedAtOf(grant.url) : dateField(grant)
  return renewalTime(signedAt, grant.expiration, receivedAt)
}

export function renewalOfWindow(window: PartWindowMessage, receivedAt: number): number {
  return renewalTime(signedAtOf(window.url), window.expiration, receivedAt)
}

/** Form field names are case-insensitive. */
function dateField({ presignedPost }: PostGrant): string | undefined {
  const fields = Object.entries(presignedPost.fields)
  return fields.find(([name]) => name.toLowerCase() === 'x-amz-date')?.[1]
}

/** Safety margin, so that no request starts with a signature that is about to expire. */
const MAX_MARGIN_MS = 10_000

function renewalTime(signedAt: string | undefined, expiration: string, receivedAt: number): number {
  const from = signedAt === undefined ? undefined : parseAmzDate(signedAt)
  if (!from) return Number.POSITIVE_INFINITY
  const lifeMs = Date.parse(expiration) - from.getTime()
  if (!(lifeMs > 0)) return Number.POSITIVE_INFINITY
  return receivedAt + lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 10)
}

function signedAtOf(url: string): string | undefined {
  return /[?&]X-Amz-Date=(\w+)/.exec(url)?.[1]
}
