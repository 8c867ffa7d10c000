/**
 * Fetches and caches the public keys of tokens' issuers.
 *
 * @module
 */

import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'
import { isRecord } from '../protocol/json-value.ts'
import { UploadError } from '../protocol/upload-error.ts'

export interface IssuerKeysOptions {
  readonly jwksUri: string
  /** Called when the issuer is unavailable and cached keys are used instead. */
  onError(error: unknown): void
  readonly now?: () => number
  readonly maxAgeMs?: number
}

/** Minimum time between a failure and the next attempt. */
const PAUSE_MS = 5000

/**
 * Maximum age of cached keys while the issuer is unavailable. This limits how long a revoked key
 * works.
 */
const MAX_STALE_MS = 60 * 60 * 1000

/**
 * Creates a function that finds the key for a token.
 *
 * Keys are cached for ten minutes. An unknown key id triggers a new fetch, but no more than once
 * every 30 s. After a failure, the issuer gets no requests for 5 s. Forged tokens therefore cannot
 * put load on the issuer.
 *
 * While the issuer is unavailable, keys fetched within the last hour remain in use. If none of them
 * fits a token, the function throws `SIGNER_UNAVAILABLE`, because the token could still be valid.
 *
 * @throws {TypeError} If `jwksUri` is not a URL.
 */
export function issuerKeys({
  jwksUri,
  onError,
  now = Date.now,
  maxAgeMs = 600_000,
}: IssuerKeysOptions): JWTVerifyGetKey {
  let gotAt = 0
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 2000,
    cooldownDuration: 30_000,
    cacheMaxAge: maxAgeMs,
    [customFetch]: issuerFetch(now, () => {
      gotAt = now()
    }),
  })
  let reported: unknown
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      // Other errors are not caused by the issuer and would recur with the cached keys.
      if (!(error instanceof UploadError) || now() - gotAt > MAX_STALE_MS) throw error
      const kept = remote.jwks()
      if (!kept) throw error
      const key = await createLocalJWKSet(kept)(header, token).catch(() => {
        throw error
      })
      // Tokens that wait for the same fetch share one failure, which is reported once. During a
      // pause, nothing is fetched, so there is no new failure to report.
      if (error !== reported && error.cause !== undefined) onError(error)
      reported = error
      return key
    }
  }
}

/**
 * An unavailable issuer counts as a signer failure, which is logged and sets off an alarm. It does
 * not make a token invalid. During a pause, the error has no `cause`.
 */
function issuerFetch(now: () => number, onKeys: () => void): FetchImplementation {
  let pausedUntil = Number.NEGATIVE_INFINITY
  const away = (options?: { readonly cause: unknown }) =>
    new UploadError(
      'SIGNER_UNAVAILABLE',
      'the keys that tokens are checked with are not available',
      options,
    )
  return async (address, init) => {
    if (now() < pausedUntil) throw away()
    try {
      const response = await fetch(address, init)
      const text = await readKeys(response)
      if (response.status !== 200 || !areKeys(JSON.parse(text).keys)) {
        throw new Error(`${address} responded with ${response.status}, expected 200 and a key set`)
      }
      onKeys()
      return new Response(text)
    } catch (cause) {
      pausedUntil = now() + PAUSE_MS
      throw away({ cause })
    }
  }
}

/** In bytes. A key set is usually a few kilobytes. */
const MAX_KEYS_SIZE = 1024 ** 2

/** Limits the size, so that an endless response cannot fill the memory. */
async function readKeys({ body, url }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Leaving the loop closes the connection.
  for await (const bytes of body ?? []) {
    size += bytes.length
    if (size > MAX_KEYS_SIZE)
      throw new Error(`${url} responded with more than ${MAX_KEYS_SIZE} bytes`)
    text += decoder.decode(bytes, { stream: true })
  }
  return text + decoder.decode()
}

function areKeys(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every(isRecord)
}
