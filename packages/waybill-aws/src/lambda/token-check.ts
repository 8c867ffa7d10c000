import { jwtVerify } from 'jose/jwt/verify'
import type { SignerRequest } from 'waybill'
import { UploadError } from 'waybill'
import { issuerKeys } from './issuer-keys.ts'
import { type CallerCheck, tokenCaller } from './token-caller.ts'

export interface TokenCheckOptions {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  onError(error: unknown): void
}

/** In characters. Identity providers issue shorter tokens. */
const MAX_TOKEN_LENGTH = 8192

/**
 * Asymmetric algorithms only. With `none` or HMAC, anyone who knows the issuer's public key could
 * forge tokens.
 */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** @throws {TypeError} If `jwksUri` is not a URL. */
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
