/**
 * The published keys of a token issuer: asked for rarely, and kept for a while when the issuer cannot be asked.
 *
 * @module
 */

import { createLocalJWKSet } from 'jose/jwks/local'
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'
import { UploadError } from '../protocol/index.ts'

export interface IssuerKeysOptions {
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string
  /** Hears of each failure to ask the issuer that kept keys make up for. */
  onError(error: unknown): void
  /** @default Date.now */
  readonly now?: () => number
  /** How long keys are used without asking again. @default 600000 (ten minutes) */
  readonly maxAgeMs?: number
}

/** How long an issuer that gave no keys is left alone. */
const PAUSE_MS = 5000

/** How old kept keys may be while the issuer is away: a key that it has withdrawn works for no longer than this. */
const MAX_STALE_MS = 60 * 60 * 1000

/**
 * Makes the function that finds a token's key.
 *
 * Keys are kept for ten minutes; an unknown key id asks again, at most every 30 s, and an issuer that is away is asked
 * again every 5 s, so that a stream of forged tokens cannot make this function a load on the issuer. While it is away,
 * keys that it gave within the last hour go on to work; a key that is not among them is no reason to call a token
 * invalid.
 *
 * @returns It throws `SIGNER_UNAVAILABLE` where the issuer cannot be asked and no kept key is the token's.
 * @throws {TypeError} When `jwksUri` is not an address.
 */
export function issuerKeys({
  jwksUri,
  onError,
  now = Date.now,
  maxAgeMs = 600_000,
}: IssuerKeysOptions): JWTVerifyGetKey {
  let gotAt = Number.NEGATIVE_INFINITY
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 2000,
    cooldownDuration: 30_000,
    cacheMaxAge: maxAgeMs,
    [customFetch]: issuerFetch(now, () => {
      gotAt = now()
    }),
  })
  let told: unknown
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      if (!isAway(error) || now() - gotAt > MAX_STALE_MS) throw error
      const kept = remote.jwks()
      if (!kept) throw error
      const key = await createLocalJWKSet(kept)(header, token).catch(() => {
        throw error
      })
      // One failure to ask is shared by all tokens that wait for it; none is asked during a pause.
      if (error !== told && error.cause !== undefined) onError(error)
      told = error
      return key
    }
  }
}

function isAway(error: unknown): error is UploadError {
  return error instanceof UploadError && error.code === 'SIGNER_UNAVAILABLE'
}

/**
 * An issuer that cannot be asked is a failure of ours, for the log and the alarm, and not of the token.
 *
 * @returns `fetch` for the issuer's keys. It throws `SIGNER_UNAVAILABLE`; its cause is missing during a pause.
 */
function issuerFetch(now: () => number, onKeys: () => void): FetchImplementation {
  let pausedUntil = Number.NEGATIVE_INFINITY
  const away = (options?: { readonly cause: unknown }) =>
    new UploadError(
      'SIGNER_UNAVAILABLE',
      'the keys that tokens are checked with cannot be had',
      options,
    )
  return async (address, init) => {
    if (now() < pausedUntil) throw away()
    try {
      const response = await fetch(address, init)
      const text = await response.text()
      if (response.status !== 200 || !Array.isArray(JSON.parse(text).keys)) {
        throw new Error(`${address} answered ${response.status}, expected 200 and a set of keys`)
      }
      onKeys()
      return new Response(text)
    } catch (cause) {
      pausedUntil = now() + PAUSE_MS
      throw away({ cause })
    }
  }
}
