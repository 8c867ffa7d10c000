/**
 * Reads the published keys of a token issuer. It asks rarely, and keeps the keys for a while when
 * the issuer is not available.
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
  /** Gets each failure to ask the issuer, when kept keys are used instead. */
  onError(error: unknown): void
  /**
   * The clock, in milliseconds.
   * @default Date.now
   */
  readonly now?: () => number
  /**
   * How long keys are used without asking again.
   * @default 600000 (ten minutes)
   */
  readonly maxAgeMs?: number
}

/** How long an issuer is not asked again after a failure. */
const PAUSE_MS = 5000

/**
 * How old kept keys may be while the issuer is not available. A withdrawn key works for no longer
 * than this.
 */
const MAX_STALE_MS = 60 * 60 * 1000

/**
 * Makes the function that finds the key of a token.
 *
 * Keys are kept for ten minutes. An unknown key id asks the issuer again, at most every 30 s. An
 * issuer that is not available is asked again every 5 s. So forged tokens cannot make this function
 * a load on the issuer.
 *
 * While the issuer is not available, keys of the last hour are still used. A key that is not among
 * them does not make a token invalid.
 *
 * @returns A function that throws `SIGNER_UNAVAILABLE` when the issuer is not available and no kept
 *   key fits the token.
 * @throws {TypeError} When `jwksUri` is not a URL.
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
  let told: unknown
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      // Other failures are not the issuer's: they come again with the kept keys.
      if (!(error instanceof UploadError) || now() - gotAt > MAX_STALE_MS) throw error
      const kept = remote.jwks()
      if (!kept) throw error
      const key = await createLocalJWKSet(kept)(header, token).catch(() => {
        throw error
      })
      // All tokens that wait share one failure. During a pause the issuer is not asked, so there is
      // no new failure.
      if (error !== told && error.cause !== undefined) onError(error)
      told = error
      return key
    }
  }
}

/**
 * Makes the `fetch` for the keys of the issuer.
 *
 * An issuer that is not available is a failure of the signer, for the log and the alarm, and not of
 * the token.
 *
 * @returns A `fetch` that throws `SIGNER_UNAVAILABLE`; the error has no cause during a pause.
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

/** Bytes that are read of an answer. A set of keys has some kilobytes. */
const MAX_KEYS_SIZE = 1024 ** 2

/** An answer without end must not fill the memory of the function. */
async function readKeys({ body, url }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Leaving the loop closes the connection.
  for await (const bytes of body ?? []) {
    size += bytes.length
    if (size > MAX_KEYS_SIZE) throw new Error(`${url} answered more than ${MAX_KEYS_SIZE} bytes`)
    text += decoder.decode(bytes, { stream: true })
  }
  return text + decoder.decode()
}

/** A set with anything else is refused as a whole, so that no token could be checked with it. */
function areKeys(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every(isRecord)
}
