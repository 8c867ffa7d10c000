/**
 * Reads a token issuer's published keys. They are fetched rarely, and remain in use for a while if
 * the issuer is unavailable.
 *
 * @module
 */

import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'
import { UploadError } from 'waybill'
import { isRecord } from 'waybill/internal/json-value'

/** Options of `issuerKeys`. */
export interface IssuerKeysOptions {
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string
  /** Called with each failure to reach the issuer while cached keys are used instead. */
  onError(error: unknown): void
  /**
   * Returns the current time in milliseconds.
   * @default Date.now
   */
  readonly now?: () => number
  /**
   * How long keys are used before they are fetched again, in milliseconds.
   * @default 600000 (ten minutes)
   */
  readonly maxAgeMs?: number
}

/** Minimum time between attempts after a failure. */
const PAUSE_MS = 5000

/**
 * Maximum age of cached keys while the issuer is unavailable. A revoked key never works for longer.
 */
const MAX_STALE_MS = 60 * 60 * 1000

/**
 * Creates a function that finds the key for a token.
 *
 * Keys are cached for ten minutes. An unknown key id triggers a new fetch, but no more than once
 * every 30 s. If the issuer is unavailable, the next attempt is made after 5 s at the earliest.
 * Forged tokens therefore cannot put load on the issuer.
 *
 * While the issuer is unavailable, keys fetched within the last hour remain in use. A token whose
 * key is not among them is not treated as invalid.
 *
 * @returns A function that throws `SIGNER_UNAVAILABLE` if the issuer is unavailable and no cached
 *   key fits the token.
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
      // All tokens waiting for the same fetch share one failure, which is reported once. During a
      // pause there is no request, and so no new failure to report.
      if (error !== reported && error.cause !== undefined) onError(error)
      reported = error
      return key
    }
  }
}

/**
 * Creates the `fetch` for the issuer's keys.
 *
 * An unavailable issuer counts as a failure of the signer, which is logged and sets off an alarm,
 * and not as an invalid token.
 *
 * @returns A `fetch` that throws `SIGNER_UNAVAILABLE`; during a pause the error has no cause.
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

/** Maximum size of a response. A key set is a few kilobytes. */
const MAX_KEYS_SIZE = 1024 ** 2

/**
 * Reads a response up to a maximum size, so that an endless one cannot fill the function's memory.
 */
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

/**
 * Returns whether a key set contains only objects. A set that contains anything else is rejected as
 * a whole, so that no token is checked with it.
 */
function areKeys(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every(isRecord)
}
