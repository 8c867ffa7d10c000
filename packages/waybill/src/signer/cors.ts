/**
 * CORS headers of the signer: a response allows exactly one origin, or none.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @module
 */

import { show } from '../protocol/json-value.ts'
import type { SignerRequest } from '../protocol/signer-request.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { SignerOptions } from './context/signer-options.ts'

export interface CorsAnswer {
  readonly headers: Readonly<Record<string, string>>
  /**
   * Why the page may not call. Set only for `GET B/rules`, where any page may read it: to a page, a
   * refusal by CORS otherwise looks like an unreachable signer.
   */
  readonly refusal?: UploadError
}

/** Decides what the requesting page may read. */
export type Cors = (request: SignerRequest) => CorsAnswer

/** Which pages may call the signer. */
export interface CorsOptions extends Pick<SignerOptions, 'allowedOrigins' | 'allowCredentials'> {
  /**
   * Gets an error when an `allowedOrigins` function does not return a boolean, and when a page that
   * is not on the list calls.
   */
  onError(error: unknown): void
  now(): Date
}

const PREFLIGHT_SECONDS = 7_200 // Chromium's own limit
const HOUR_MS = 3_600_000
/** How many other origins `onError` gets per hour, each once: a client can send any origin. */
const MAX_REPORTED = 10
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/

/**
 * Creates the function that decides about CORS.
 *
 * @throws {TypeError} When an allowed origin is not an exact origin: `*`, a path, a trailing slash.
 */
export function createCors(options: CorsOptions): Cors {
  const { allowedOrigins, allowCredentials = false, onError } = options
  const allows =
    typeof allowedOrigins === 'function'
      ? allowsByFunction(allowedOrigins, onError)
      : listed(allowedOrigins, options)
  return (request) => {
    const { origin } = request.headers
    // A cache must not serve a response for one origin to another, or to a request without one.
    const vary = { vary: 'Origin' }
    if (origin === undefined) return { headers: vary }
    if (!allows(origin, request)) {
      const isAsked = request.method === 'GET' && request.path === '/rules'
      // An empty list means that pages share the signer's origin, or that a proxy sets the headers.
      const isEmpty = Array.isArray(allowedOrigins) && allowedOrigins.length === 0
      if (!isAsked || isEmpty) return { headers: vary }
      const headers = { ...vary, 'access-control-allow-origin': '*' }
      return { headers, refusal: notAllowed(origin) }
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

/** A promise would be truthy for every origin, so only `true` allows one. */
function allowsByFunction(
  allows: (origin: string) => unknown,
  onError: CorsOptions['onError'],
): (origin: string) => boolean {
  return (origin) => {
    const answer = allows(origin)
    if (typeof answer === 'boolean') return answer
    const isPromise = answer instanceof Promise
    // An unhandled rejection would end the process.
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
  // JavaScript callers may omit it, or pass a single origin instead of a list.
  if (!Array.isArray(origins)) {
    throw new TypeError(`allowedOrigins is ${typeof origins}, expected a list or a function`)
  }
  for (const origin of origins) {
    // A host with `*` is a valid URL, but it would never match.
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(
        `allowedOrigins has '${origin}', expected an exact origin such as 'https://app.example.com'`,
      )
    }
  }
  const known = new Set(origins)
  const reported = new Set<string>()
  let reportedHour = 0
  return (origin, { method }) => {
    if (known.has(origin)) return true
    const hour = Math.floor(now().getTime() / HOUR_MS)
    if (hour !== reportedHour) reported.clear()
    reportedHour = hour
    // Pages of the signer's own origin send `Origin` only with POST. With an empty list, a proxy
    // sets the headers.
    const mayReport = known.size > 0 && method !== 'POST' && reported.size < MAX_REPORTED
    if (mayReport && !reported.has(origin)) {
      reported.add(origin)
      onError(notAllowed(origin))
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

function preflight({ headers }: SignerRequest): Record<string, string> {
  // The signer does not know which headers `authorize` reads, so an allowed origin may send any.
  const wanted = headers['access-control-request-headers'] ?? ''
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    ...(HEADER_NAMES.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  }
}
