/**
 * Checks the bearer token of a request against its issuer's published keys.
 *
 * @module
 */

import { createRemoteJWKSet } from 'jose/jwks/remote'
import { jwtVerify } from 'jose/jwt/verify'
import { type SignerRequest, UploadError } from '../protocol/index.ts'
import type { CallerCheck } from './caller-check.ts'

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

/**
 * Keys are fetched once and kept for ten minutes; an unknown key id asks again, at most every 30 s, so that a stream
 * of forged tokens cannot make this function a load on the issuer.
 *
 * @throws {TypeError} When `jwksUri` is no address.
 */
export function tokenCheck({ issuer, audience, jwksUri }: TokenCheckOptions): CallerCheck {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 2000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
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
      // Which claim failed is for the log; a caller learns that the token is not good.
      throw new UploadError('UNAUTHENTICATED', 'the token is not valid here', { cause })
    })
    if (!payload.sub) throw new UploadError('UNAUTHENTICATED', 'the token names no subject')
    return { owner: payload.sub }
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
