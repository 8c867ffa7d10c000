/**
 * CORS of the signer: exact origins, one header each, nothing for anybody else.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @module
 */

import type { SignerRequest } from '../protocol/index.ts'
import type { SignerOptions } from './signer-options.ts'

/** Answers which CORS headers a request gets. */
export type Cors = (request: SignerRequest) => Readonly<Record<string, string>>

export interface CorsOptions extends Pick<SignerOptions, 'allowedOrigins' | 'allowCredentials'> {
  /** Gets what a function answered that it must not. */
  onError(error: unknown): void
}

const PREFLIGHT_SECONDS = 7_200 // Chromium's own limit
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/

/**
 * @throws {TypeError} When an allowed origin is not exactly one: `*`, a path, a trailing slash.
 */
export function createCors({
  allowedOrigins,
  allowCredentials = false,
  onError,
}: CorsOptions): Cors {
  const allows =
    typeof allowedOrigins === 'function' ? asked(allowedOrigins, onError) : listed(allowedOrigins)
  return (request) => {
    const { origin } = request.headers
    // A cache must not hand one origin's answer to another, nor an answer without to one with.
    const vary = { vary: 'Origin' }
    if (origin === undefined || !allows(origin)) return vary
    return {
      ...vary,
      'access-control-allow-origin': origin,
      ...(allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
      ...(request.method === 'OPTIONS' ? preflight(request) : {}),
    }
  }
}

/** A promise is true of every origin: only `true` itself allows one. */
function asked(
  allows: (origin: string) => unknown,
  onError: CorsOptions['onError'],
): (origin: string) => boolean {
  return (origin) => {
    const answer = allows(origin)
    if (typeof answer === 'boolean') return answer
    const isPromise = answer instanceof Promise
    // The promise's own failure must not end the process.
    if (isPromise) answer.catch(() => {})
    const received = isPromise ? 'a promise' : typeof answer
    onError(new TypeError(`allowedOrigins returned ${received}, expected true or false at once`))
    return false
  }
}

function listed(origins: readonly string[]): (origin: string) => boolean {
  // JavaScript callers leave it out, or give one origin alone.
  if (!Array.isArray(origins)) {
    throw new TypeError(`allowedOrigins is ${typeof origins}, expected a list or a function`)
  }
  for (const origin of origins) {
    // A `*` inside a host parses, and would stand there without ever matching.
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(
        `allowedOrigins has '${origin}', expected an exact origin such as 'https://app.example.com'`,
      )
    }
  }
  const set = new Set(origins)
  return (origin) => set.has(origin)
}

function preflight({ headers }: SignerRequest): Record<string, string> {
  // The pages are trusted by name; which of their own headers `authorize` reads, the signer cannot know.
  const wanted = headers['access-control-request-headers'] ?? ''
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    ...(HEADER_NAMES.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  }
}
