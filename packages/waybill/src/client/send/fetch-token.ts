/**
 * Gets a token for calls to the signer, from the page's own function or from a URL.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { type Effects, inTime } from '../effects.ts'
import { isPassing } from '../error-table.ts'
import { isRecord, isRedirected, isToken, readAnswer, tryParseJson } from './read-answer.ts'

/** Longer than a server needs that is not hung. */
const MAX_TOKEN_MS = 20_000

/** A function that throws is treated like an unavailable signer, as with `headers`. */
export async function callForToken(
  token: () => string | Promise<string>,
  wait: Effects['wait'],
): Promise<string> {
  let given: unknown
  try {
    given = await inTime(token(), MAX_TOKEN_MS, wait)
  } catch (cause) {
    if (cause instanceof UploadError) throw cause
    throw new UploadError('SIGNER_UNAVAILABLE', "the uploader's token failed", { cause })
  }
  const text = typeof given === 'string' ? given.trim() : given
  if (isToken(text)) return text
  throw new UploadError(
    'UNAUTHENTICATED',
    `the uploader's token is ${kindOf(text)}, expected a token`,
  )
}

/** @param endpoint - The signer that the token is sent to. */
export async function fetchToken(
  url: string,
  endpoint: string,
  fetch: typeof globalThis.fetch,
  wait: Effects['wait'],
): Promise<string> {
  const over = new AbortController()
  // A query can contain a secret.
  const shown = `tokenUrl ${url.replace(/[?#].*/, '')}`
  const exchange = async () => {
    const response = await fetch(url, {
      // Frameworks that redirect a page to the login respond to this with 401.
      headers: { accept: 'application/json, text/plain' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'manual',
      signal: over.signal,
    })
    return { response, text: (await readAnswer(response, 'tokenUrl')).trim() }
  }
  const { response, text } = await inTime(exchange(), MAX_TOKEN_MS, wait)
    .catch((cause: unknown) => {
      if (cause instanceof UploadError) throw cause
      const why = `${shown} did not respond. If it is not on the page's own origin, request it in a token function`
      throw new UploadError('SIGNER_UNAVAILABLE', why, { cause })
    })
    .finally(() => over.abort())
  const answer = tryParseJson(text)
  const token = isRecord(answer) ? answer.token : text
  const { ok, status } = response
  const isRedirect = isRedirected(response) || (status >= 300 && status < 400)
  if (ok && !isRedirect && isToken(token)) {
    checkReceiver(token, endpoint, shown)
    return token
  }
  if (isPassing(status))
    throw new UploadError('SIGNER_UNAVAILABLE', `${shown} responded with ${status}`)
  const isPage = ok && text.startsWith('<')
  const said = isRedirect ? 'a redirect' : isPage ? 'a page (HTML)' : status
  if (isRedirect || isPage || status === 401 || status === 403) {
    throw new UploadError(
      'UNAUTHENTICATED',
      `${shown} responded with ${said}: is the user signed in? If so, is this the address of the token?`,
    )
  }
  throw new UploadError(
    'RESPONSE_INVALID',
    `${shown} responded with ${said}: expected 200 and a token, as text or as JSON { "token": "…" }`,
  )
}

/**
 * Someone who can inject markup, but no script, could otherwise have the user's token sent to an
 * endpoint of their own.
 *
 * @throws {UploadError} If the endpoint is neither on the page's origin nor the token's audience.
 */
function checkReceiver(token: string, endpoint: string, shown: string): void {
  const page = globalThis.location?.href
  if (page === undefined || !URL.canParse(endpoint, page)) return
  const { origin } = new URL(endpoint, page)
  const audiences = audiencesOf(token)
  const trusted = [page, ...audiences].filter((url) => URL.canParse(url))
  if (trusted.some((url) => new URL(url).origin === origin)) return
  const known = audiences.length > 0 ? `for ${audiences.join(', ')} (aud)` : 'without aud'
  throw new UploadError(
    'RESPONSE_INVALID',
    `${shown} responded with a token ${known}, so it is not sent to ${origin}: set aud to the signer's URL, or pass a token function`,
  )
}

function audiencesOf(token: string): readonly string[] {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
    const claims: unknown = JSON.parse(atob(payload))
    const audiences = isRecord(claims) ? [claims.aud].flat() : []
    return audiences.filter((each) => typeof each === 'string')
  } catch {
    return [] // the token is opaque
  }
}

/** Describes a value that is no token, without showing it. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (value === '') return 'an empty string'
  return typeof value === 'string' ? 'a string that is no token' : 'no string'
}
