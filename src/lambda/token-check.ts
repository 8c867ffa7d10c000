/**
 * Checks the bearer token of a request against its issuer's published keys.
 *
 * @module
 */

import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote'
import { jwtVerify } from 'jose/jwt/verify'
import { type SignerRequest, UploadError } from '../protocol/index.ts'
import type { CallerCheck } from './caller-check.ts'
import { tokenCaller } from './token-caller.ts'

export interface TokenCheckOptions {
  /** `iss` that a token must have. */
  readonly issuer: string
  /** `aud` that a token must have. */
  readonly audience: string
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string
}

/** Longer than any token an identity provider issues; what is longer is not worth a look. */
const MAX_TOKEN_LENGTH = 8192

/** No `none`, no shared secrets: keys are the issuer's public ones. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** How long an issuer that gave no keys is left alone. */
const PAUSE_MS = 5000

/**
 * Keys are fetched once and kept for ten minutes; an unknown key id asks again, at most every 30 s, and an issuer that
 * is away is asked again every 5 s, so that a stream of forged tokens cannot make this function a load on the issuer.
 *
 * @throws {TypeError} When `jwksUri` is no address.
 */
export function tokenCheck({ issuer, audience, jwksUri }: TokenCheckOptions): CallerCheck {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 2000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    [customFetch]: issuerFetch(),
  })
  return async (request) => {
    const token = bearerOf(request)
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
    }).catch((cause: unknown) => {
      if (cause instanceof UploadError) throw cause
      // Which claim failed is no business of whoever has made the token up.
      throw new UploadError('UNAUTHENTICATED', 'the token is not valid here', { cause })
    })
    const caller = tokenCaller(payload)
    if (!caller) throw new UploadError('UNAUTHENTICATED', 'the token names no subject')
    return caller
  }
}

/**
 * An issuer that cannot be asked is a failure of ours, for the log and the alarm, and not of the token.
 *
 * @returns `fetch` for the issuer's keys. It throws `SIGNER_UNAVAILABLE`.
 */
function issuerFetch(): FetchImplementation {
  let pausedUntil = 0
  const away = (cause?: unknown) =>
    new UploadError('SIGNER_UNAVAILABLE', 'the keys that tokens are checked with cannot be had', {
      cause,
    })
  return async (address, init) => {
    if (Date.now() < pausedUntil) throw away()
    try {
      const response = await fetch(address, init)
      const text = await response.text()
      if (response.status === 200 && Array.isArray(JSON.parse(text).keys)) return new Response(text)
      throw new Error(`${address} answered ${response.status}, expected 200 and a set of keys`)
    } catch (cause) {
      pausedUntil = Date.now() + PAUSE_MS
      throw away(cause)
    }
  }
}

function bearerOf({ headers }: SignerRequest): string {
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1]
  if (!token) throw new UploadError('UNAUTHENTICATED', 'the request has no bearer token')
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new UploadError(
      'UNAUTHENTICATED',
      `the token is ${token.length} characters, at most ${MAX_TOKEN_LENGTH} are read`,
    )
  }
  return token
}
