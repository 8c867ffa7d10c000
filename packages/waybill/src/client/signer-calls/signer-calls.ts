/**
 * The client side of the wire protocol, without retries: calls to the signer, its responses, and
 * when their signatures expire. Every failure is an `UploadError`.
 *
 * The client's clock may be wrong by hours, so expiry is computed from the time of the call and the
 * signature's lifetime.
 *
 * @module
 */

import { parseAmzDate } from 'waybill-s3/internal/encoding'
import type {
  CompleteRequest,
  CompleteResponse,
  CreateRequest,
  PartWindowMessage,
  PostGrant,
  UploadGrant,
} from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { type Effects, inTime, untilAborted } from '../effects.ts'
import { isPassing } from '../error-table.ts'
import {
  isRecord,
  isRedirected,
  LOOPBACK,
  noAnswer,
  noteAnswer,
  originOf,
  parseSignerError,
  readAnswer,
  tryParseJson,
} from '../send/read-answer.ts'
import type { HeldToken } from './token.ts'

/** The signer responds within about 15 s. A call that takes longer has hung and is repeated. */
export const MAX_CALL_MS = 20_000
/**
 * Paths with a longer time limit. S3 can take minutes to complete a large object. A create call is
 * repeated after `MAX_CALL_MS`, but its late response is still awaited, so that the uploads it
 * created can be aborted.
 */
const LONGER_CALLS_MS: Readonly<Record<string, number>> = { '': 60_000, '/complete': 180_000 }

/**
 * Members of which the signer's answer to a call has one. Any other answer comes from a gateway or
 * a captive portal.
 */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '': ['uploads'],
  '/complete': ['uploads', 'verifiedBy'],
  '/parts': ['signatures'],
  '/list': ['parts'],
  '/rules': ['rules'],
  '/link': ['url'],
  '/remove': ['removed'],
  '/verdict': ['verdict', 'verdicts'],
}

/** @param answer - `undefined` if the response is not JSON. */
function isSigners(path: string, status: number, answer: unknown): boolean {
  const members = MEMBERS[path]
  if (!members) return status === 204
  return isRecord(answer) && members.some((name) => Object.hasOwn(answer, name))
}

/** A request to the signer that is about to be sent. */
export interface SignerCall {
  /** The request body as JSON, or an empty string for a GET. */
  readonly body: string
}

/**
 * Headers to send to the signer, or a function that returns them and is called before each request.
 */
export type SignerHeaders =
  | Readonly<Record<string, string>>
  | ((
      call: SignerCall,
    ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

export interface SignerCallsOptions {
  /** Without a trailing slash. */
  readonly endpoint: string
  readonly fetch: typeof globalThis.fetch
  readonly headers: SignerHeaders
  readonly token?: HeldToken
  readonly credentials: RequestCredentials
  readonly wait: Effects['wait']
}

export interface SignerCalls {
  /** Whether a repeated call may have different headers, or another token. */
  readonly renewsHeaders: boolean
  create(request: CreateRequest, signal: AbortSignal): Promise<(UploadGrant | UploadError)[]>
  complete(
    uploads: readonly CompleteRequest[],
    signal: AbortSignal,
  ): Promise<(CompleteResponse | UploadError)[]>
  /** Sends a GET if `request` is `undefined`, otherwise a POST. Returns the JSON unvalidated. */
  ask(path: string, request: unknown, signal: AbortSignal): Promise<unknown>
}

export function signerCalls(options: SignerCallsOptions): SignerCalls {
  const call = (path: string, body: unknown, signal: AbortSignal) =>
    callSigner(options, path, body, signal)
  return {
    renewsHeaders: typeof options.headers === 'function' || options.token?.isRenewable === true,
    create: async (request, signal) =>
      parseUploads(await call('', request, signal), request.files.length, parseGrant),
    complete: async (uploads, signal) => {
      const [only] = uploads
      if (only && uploads.length === 1) {
        return [parseCompleted(await call('/complete', only, signal))]
      }
      return parseUploads(
        await call('/complete', { uploads }, signal),
        uploads.length,
        parseCompleted,
      )
    },
    ask: call,
  }
}

async function callSigner(
  options: SignerCallsOptions,
  path: string,
  message: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const body = JSON.stringify(message)
  const token = options.token?.get()
  const own = withToken(
    token && (await untilAborted(token, signal)),
    await ownHeaders(options, body ?? ''),
  )
  const { ok, status, text, id } = await request(
    options,
    path,
    {
      method: body ? 'POST' : 'GET',
      headers: body ? { ...own, 'content-type': 'application/json' } : own,
      body,
      credentials: options.credentials,
    },
    signal,
  )
  const answer = tryParseJson(text)
  if (status === 401 || hasRejected(answer)) options.token?.drop(token)
  if (ok && isSigners(path, status, answer)) {
    noteAnswer(options.endpoint)
    return answer
  }
  const { endpoint } = options
  const page = globalThis.location?.origin
  const isOwn = page !== undefined && originOf(endpoint, page) === page
  const isPage = /^\s*</.test(text)
  // On this machine, no captive portal or gateway can have sent it.
  const isMistake = isOwn && isPage && LOOPBACK.test(page)
  const isUnavailable = (ok && !isMistake) || isPassing(status)
  const code = status === 401 ? 'UNAUTHENTICATED' : isUnavailable ? 'SIGNER_UNAVAILABLE' : undefined
  const error = parseSignerError(answer)
  // Pages from any origin can read this error, so it does not prove that this page can read others.
  if (error?.code !== 'ORIGIN_NOT_ALLOWED') noteAnswer(options.endpoint)
  if (error && !(code && error.code === 'RESPONSE_INVALID')) throw error
  const base = globalThis.location?.href
  const url = URL.canParse(endpoint, base) ? new URL(endpoint, base).href : endpoint
  const known = status >= 500 ? `. ${IS_IT_RUNNING}` : ''
  const advice = code && !ok ? known : `. ${isOwn ? adviceOnOwn(page) : `C${COMPARE}`}`
  const html = isPage ? ' and a page (HTML)' : ''
  throw new UploadError(
    code ?? 'RESPONSE_INVALID',
    `${url} responded with ${status}${html}: not a signer's response${advice}`,
    { id },
  )
}

const IS_IT_RUNNING =
  'Is the signer running? If a proxy passes calls on to it (Vite: server.proxy), check its target'

const COMPARE = "ompare the page's endpoint with the path where the signer is mounted"

function adviceOnOwn(page: string): string {
  return `This is the page's own server. If the signer is part of it, c${COMPARE}, including any base path (Next.js: basePath). If not, set the page's endpoint to the signer's URL and add ${page} to its allowedOrigins, or let this server pass calls on to it (Vite: server.proxy)`
}

function withToken(
  token: string | undefined,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (token === undefined) return headers
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization')
  return { ...Object.fromEntries(others), authorization: `Bearer ${token}` }
}

/** A call for several uploads succeeds even if the caller is rejected for each of them. */
function hasRejected(answer: unknown): boolean {
  const entries = isRecord(answer) && (answer.uploads ?? answer.verdicts)
  return (
    Array.isArray(entries) &&
    entries.some((entry: unknown) => parseSignerError(entry)?.code === 'UNAUTHENTICATED')
  )
}

/**
 * A `headers` function that throws is treated like an unavailable signer and retried, because a
 * server that renews tokens may be down for a while.
 */
async function ownHeaders(
  { headers, wait }: SignerCallsOptions,
  body: string,
): Promise<Readonly<Record<string, string>>> {
  if (typeof headers !== 'function') return headers
  try {
    return await inTime(headers({ body }), MAX_CALL_MS, wait)
  } catch (cause) {
    if (cause instanceof UploadError) throw cause
    throw new UploadError('SIGNER_UNAVAILABLE', "the uploader's headers failed", { cause })
  }
}

async function request(
  { fetch, endpoint, wait }: SignerCallsOptions,
  path: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<{ ok: boolean; status: number; text: string; id: string }> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const exchange = async () => {
    const to = `${endpoint}${path}`
    const response = await fetch(to, { ...init, signal: either, redirect: 'manual' })
    const { ok, status } = response
    if (isRedirected(response) || (status >= 300 && status < 400)) throw redirected(endpoint)
    // Lambda sets this header when the function fails. Pages from other origins cannot read it.
    const id = response.headers.get('x-amzn-requestid') ?? ''
    return { ok, status, text: await readAnswer(response, 'signer'), id }
  }
  try {
    return await inTime(exchange(), LONGER_CALLS_MS[path] ?? MAX_CALL_MS, wait)
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof UploadError) throw cause
    throw noAnswer('SIGNER_UNAVAILABLE', endpoint, cause)
  } finally {
    over.abort()
  }
}

/** Redirects are not followed, because headers and cookies are meant only for the signer. */
function redirected(endpoint: string): UploadError {
  return new UploadError(
    'RESPONSE_INVALID',
    `the signer at ${endpoint} responded with a redirect, which is not followed: check the page's endpoint`,
  )
}

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
