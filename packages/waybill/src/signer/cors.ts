/**
 * Decides which pages may call the signer: its CORS headers.
 *
 * Each response allows one origin or none.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 *
 * @module
 */

import type { SignerRequest } from '../protocol/authorization.ts'
import { show } from '../protocol/json-value.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { SignerOptions } from './context/signer-options.ts'

interface CorsResponse {
  readonly headers: Readonly<Record<string, string>>
  /**
   * Set only for `GET /rules`. Any page can read this error, because without CORS headers a page
   * cannot tell a rejected origin from an unreachable signer. If `allowedOrigins` is empty,
   * something else may set the CORS headers, so only `GET /rules?cors`, with which the client looks
   * for a mistake, is rejected.
   */
  readonly refusal?: UploadError
}

export type Cors = (request: SignerRequest) => CorsResponse

interface CorsOptions extends Pick<SignerOptions, 'allowedOrigins' | 'allowCredentials'> {
  onError(error: unknown): void
  now(): Date
}

const PREFLIGHT_SECONDS = 7_200 // the longest time that Chromium caches a preflight
const HOUR_MS = 3_600_000
/** Clients can send any origin, so the number of reports per hour is limited. */
const MAX_REPORTED = 10
const MAX_ORIGIN = 256
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/

/**
 * @throws {TypeError} If an allowed origin is not an exact origin, for example because it is `*` or
 *   a URL with a path or a trailing slash.
 */
export function createCors(options: CorsOptions): Cors {
  const { allowedOrigins, allowCredentials = false, onError } = options
  const allows =
    typeof allowedOrigins === 'function'
      ? allowsByFunction(allowedOrigins, onError)
      : listed(allowedOrigins, options)
  return (request) => {
    const { origin } = request.headers
    // Prevents caches from serving one origin's response to another origin.
    const vary = { vary: 'Origin' }
    if (origin === undefined) return { headers: vary }
    if (!allows(origin, request)) {
      const isEmpty = Array.isArray(allowedOrigins) && allowedOrigins.length === 0
      const isAsked =
        request.method === 'GET' &&
        request.path === '/rules' &&
        (!isEmpty || request.query.cors !== undefined)
      if (!isAsked) return { headers: vary }
      const headers = { ...vary, 'access-control-allow-origin': '*' }
      return { headers, refusal: isEmpty ? noneAllowed(origin) : notAllowed(origin) }
    }
    const headers = {
      ...vary,
      'access-control-allow-origin': origin,
      ...(allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
      ...(request.method === 'OPTIONS' ? preflight(request) : {}),
    }
    return { headers }
  }
}

/**
 * Only `true` allows an origin. Promises are truthy, so an async function would allow all origins.
 */
function allowsByFunction(
  allows: (origin: string) => unknown,
  onError: CorsOptions['onError'],
): (origin: string) => boolean {
  return (origin) => {
    const answer = allows(origin)
    if (typeof answer === 'boolean') return answer
    const isPromise = answer instanceof Promise
    // Prevents an unhandled rejection, which would end the process.
    if (isPromise) answer.catch(() => {})
    const received = isPromise ? 'a promise' : typeof answer
    onError(new TypeError(`allowedOrigins returned ${received}, expected true or false at once`))
    return false
  }
}

function listed(
  origins: readonly string[],
  { now, onError }: CorsOptions,
): (origin: string, request: SignerRequest) => boolean {
  if (!Array.isArray(origins)) {
    throw new TypeError(`allowedOrigins is ${typeof origins}, expected a list or a function`)
  }
  for (const origin of origins) {
    // `https://*.example.com` is a valid URL, but no origin would ever match it.
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(
        `allowedOrigins has '${origin}', expected an exact origin such as 'https://app.example.com'`,
      )
    }
  }
  const known = new Set(origins)
  const reported = new Set<string>()
  let reportedHour = 0
  let isEmptyReported = false
  return (origin, { method }) => {
    if (known.has(origin)) return true
    const hour = Math.floor(now().getTime() / HOUR_MS)
    if (hour !== reportedHour) reported.clear()
    reportedHour = hour
    // Browsers send `Origin` with POST requests even if the page shares the signer's origin, so
    // these are not reported.
    const mayReport = known.size > 0 && method !== 'POST' && reported.size < MAX_REPORTED
    if (mayReport && !reported.has(origin)) {
      reported.add(origin)
      onError(notAllowed(origin))
    }
    // Only once, because something in front of the signer may add the CORS headers.
    if (known.size === 0 && method === 'OPTIONS' && !isEmptyReported) {
      isEmptyReported = true
      onError(noneAllowed(origin))
    }
    return false
  }
}

function notAllowed(origin: string): UploadError {
  return new UploadError(
    'ORIGIN_NOT_ALLOWED',
    `origin is ${show(origin)}, which the signer's allowedOrigins does not have: add it there if the page is yours`,
  )
}

/** `allowed` tells the client that the list is empty. */
function noneAllowed(origin: string): UploadError {
  return new UploadError(
    'ORIGIN_NOT_ALLOWED',
    `origin is ${show(origin)}, but the signer's allowedOrigins is []: add it there if the page is yours (unless something in front of the signer sets the CORS headers)`,
    { details: { actual: origin.slice(0, MAX_ORIGIN), allowed: [] } },
  )
}

function preflight({ headers }: SignerRequest): Record<string, string> {
  // `authorize` may read any header, so an allowed origin can send any header.
  const wanted = headers['access-control-request-headers'] ?? ''
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    ...(HEADER_NAMES.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  }
}
