/**
 * Parses the signer's responses into messages of the protocol, and computes when their signatures
 * expire.
 *
 * A client's clock may be wrong by hours, so an expiration is not compared with it: the time since
 * the signer was asked counts.
 *
 * @module
 */

import { parseAmzDate } from 'waybill-s3/internal/amz-date'
import type {
  CompleteResponse,
  ErrorMessage,
  PartWindowMessage,
  PostGrant,
  UploadGrant,
} from '../../protocol/messages.ts'
import { type ErrorDetails, isUploadErrorCode, UploadError } from '../../protocol/upload-error.ts'

/** Characters of a message: a page cannot show more. */
const MAX_MESSAGE = 2048
/** Characters of a detail, and entries of a list. */
const MAX_DETAIL = 256

type Json = Readonly<Record<string, unknown>>

/** Tells a JSON object from all other JSON. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(isText)
}

/** Tells a whole number from all other JSON. */
export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** @returns The failure that a message carries, or `undefined` when it is none. */
export function readError(body: unknown): UploadError | undefined {
  if (!isErrorMessage(body)) return undefined
  const { code, id: said } = body.error
  const message = body.error.message.slice(0, MAX_MESSAGE)
  const id = isText(said) && isShort(said) ? { id: said } : {}
  if (isUploadErrorCode(code)) {
    return new UploadError(code, message, { ...readDetails(body.error.details), ...id })
  }
  return new UploadError(
    'RESPONSE_INVALID',
    `the signer answered an unknown error ${code.slice(0, 64)}: ${message}`,
    id,
  )
}

/** @returns The details that the protocol has; longer ones than a page can show are dropped. */
function readDetails(body: unknown): { readonly details?: ErrorDetails } {
  const { actual, allowed, retryAfterSeconds } = isObject(body) ? body : {}
  const details = {
    ...(isShort(actual) ? { actual } : {}),
    ...(isShort(allowed) || isShortList(allowed) ? { allowed } : {}),
    ...(isInteger(retryAfterSeconds) ? { retryAfterSeconds } : {}),
  }
  return Object.keys(details).length > 0 ? { details } : {}
}

function isShort(value: unknown): value is string | number {
  return isText(value) ? value.length <= MAX_DETAIL : Number.isFinite(value)
}

function isShortList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_DETAIL &&
    value.every((entry) => isText(entry) && isShort(entry))
  )
}

function isErrorMessage(body: unknown): body is ErrorMessage {
  if (!isObject(body) || !isObject(body.error)) return false
  return [body.error.code, body.error.message].every(isText)
}

/**
 * @param parse - Reads one entry that is not an error.
 * @returns One entry for each upload of the call, refused ones as the error.
 */
export function parseUploads<T>(
  body: unknown,
  count: number,
  parse: (entry: unknown) => T,
): (T | UploadError)[] {
  const uploads = isObject(body) ? body.uploads : undefined
  if (!Array.isArray(uploads) || uploads.length !== count) {
    throw invalid(`uploads, expected ${count} of them`)
  }
  return uploads.map((entry: unknown) => readError(entry) ?? parse(entry))
}

/** Reads one grant of any strategy. */
export function parseGrant(body: unknown): UploadGrant {
  if (isGrant(body)) return body
  throw invalid('uploads, expected a grant of a known strategy')
}

function isGrant(body: unknown): body is UploadGrant {
  if (!isObject(body)) return false
  if (![body.waybill, body.key, body.expiration].every(isText)) return false
  if (body.strategy === 'post') {
    const post = body.presignedPost
    return isObject(post) && isText(post.url) && isTexts(post.fields)
  }
  if (body.strategy === 'put') return isText(body.url) && isTexts(body.headers)
  return (
    body.strategy === 'multipart' &&
    isText(body.uploadId) &&
    isInteger(body.partSize) &&
    isWindow(body.parts)
  )
}

function isWindow(body: unknown): body is PartWindowMessage {
  return (
    isObject(body) &&
    isInteger(body.from) &&
    isInteger(body.count) &&
    body.count > 0 &&
    [body.url, body.signatures, body.expiration].every(isText) &&
    isTexts(body.headers)
  )
}

/** Reads the response for a completed upload. */
export function parseCompleted(body: unknown): CompleteResponse {
  if (isCompleted(body)) return body
  throw invalid('key, size, etag and verifiedBy')
}

function isCompleted(body: unknown): body is CompleteResponse {
  return (
    isObject(body) &&
    isInteger(body.size) &&
    [body.key, body.etag, body.verifiedBy].every(isText) &&
    [body.versionId, body.receipt].every((text) => text === undefined || isText(text))
  )
}

/** Makes the error for a response without what the protocol requires. */
export function invalid(expected: string): UploadError {
  return new UploadError('RESPONSE_INVALID', `the signer's answer is missing ${expected}`)
}

/** Reads a window of part URLs. */
export function parseWindow(body: unknown): PartWindowMessage {
  if (isWindow(body)) return body
  throw invalid('a window of parts')
}

/**
 * Computes when a fresh grant is due.
 *
 * @param receivedAt - When the signer was asked, in milliseconds by our clock.
 * @returns Milliseconds by our clock; infinity when the grant does not say.
 */
export function renewalOf(grant: UploadGrant, receivedAt: number): number {
  if (grant.strategy === 'multipart') return renewalOfWindow(grant.parts, receivedAt)
  const signedAt = grant.strategy === 'put' ? signedAtOf(grant.url) : dateField(grant)
  return renewalTime(signedAt, grant.expiration, receivedAt)
}

/** The same as `renewalOf`, for a window of part URLs. */
export function renewalOfWindow(window: PartWindowMessage, receivedAt: number): number {
  return renewalTime(signedAtOf(window.url), window.expiration, receivedAt)
}

/** S3 reads the names of form fields in any case. */
function dateField({ presignedPost }: PostGrant): string | undefined {
  const fields = Object.entries(presignedPost.fields)
  return fields.find(([name]) => name.toLowerCase() === 'x-amz-date')?.[1]
}

/** A signature that is about to expire is not worth starting with. */
const MAX_MARGIN_MS = 10_000

/**
 * @param signedAt - `X-Amz-Date` of the signature.
 * @param expiration - ISO 8601.
 * @param receivedAt - Milliseconds by our clock, when the signer was asked.
 * @returns Milliseconds by our clock; infinity when the signature does not say.
 */
function renewalTime(signedAt: string | undefined, expiration: string, receivedAt: number): number {
  const from = signedAt === undefined ? undefined : parseAmzDate(signedAt)
  if (!from) return Number.POSITIVE_INFINITY
  const lifeMs = Date.parse(expiration) - from.getTime()
  if (!(lifeMs > 0)) return Number.POSITIVE_INFINITY
  return receivedAt + lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 10)
}

/** @returns `X-Amz-Date` of a presigned URL. */
function signedAtOf(url: string): string | undefined {
  return /[?&]X-Amz-Date=(\w+)/.exec(url)?.[1]
}
