/**
 * Checks the bearer token of a request against its issuer's published keys.
 *
 * @module
 */

import { jwtVerify } from 'jose/jwt/verify'
import type { SignerRequest } from 'waybill'
import { UploadError } from 'waybill'
import { issuerKeys } from './issuer-keys.ts'
import { type CallerCheck, tokenCaller } from './token-caller.ts'

/** Options of `tokenCheck`. */
export interface TokenCheckOptions {
  /** Required `iss` of a token. */
  readonly issuer: string
  /** Required `aud` of a token. */
  readonly audience: string
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string
  /** Called with each failure to reach the issuer while cached keys are used instead. */
  onError(error: unknown): void
}

/** Maximum length of a token in characters: more than identity providers use. */
const MAX_TOKEN_LENGTH = 8192

/**
 * Excludes `none` and algorithms with shared secrets, because the keys are the issuer's public
 * keys.
 */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

/**
 * Creates the check for a request's bearer token.
 *
 * @throws {TypeError} If `jwksUri` is not a URL.
 */
export function tokenCheck({ issuer, audience, jwksUri, onError }: TokenCheckOptions): CallerCheck {
  const keys = issuerKeys({ jwksUri, onError })
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
      // The sender of a forged token must not learn which claim failed.
      throw new UploadError('UNAUTHENTICATED', 'the token is not valid here', { cause })
    })
    const caller = tokenCaller(payload)
    if (!caller) throw new UploadError('UNAUTHENTICATED', 'the token names no subject')
    return caller
  }
}

function bearerOf({ headers }: SignerRequest): string {
  const token = headers.authorization?.match(/^Bearer +([\w.~+/-]+=*)$/i)?.[1]
  if (!token) throw new UploadError('UNAUTHENTICATED', 'the request has no bearer token')
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new UploadError(
      'UNAUTHENTICATED',
      `the token is ${token.length} characters, at most ${MAX_TOKEN_LENGTH} are read`,
    )
  }
  return token
}
