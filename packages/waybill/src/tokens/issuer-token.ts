/**
 * Checks the tokens that an identity provider has issued.
 *
 * @module
 */

import { JWTClaimValidationFailed, JWTExpired } from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { UploadError } from '../protocol/upload-error.ts'
import { bearerOf, invalidToken, PUBLIC_KEY_ALGORITHMS } from './bearer-token.ts'
import { issuerKeys } from './issuer-keys.ts'
import { type CallerCheck, tokenCaller } from './token-caller.ts'

interface TokenCheckOptions {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  onError(error: unknown): void
}

/** @throws {TypeError} If `jwksUri` is not a URL. */
export function tokenCheck({ issuer, audience, jwksUri, onError }: TokenCheckOptions): CallerCheck {
  const keys = issuerKeys({ jwksUri, onError })
  return async (request) => {
    const token = bearerOf(request)
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: PUBLIC_KEY_ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
    }).catch((cause: unknown) => {
      if (cause instanceof UploadError) throw cause
      throw isOfIssuer(cause) ? unacceptable(cause) : invalidToken(cause)
    })
    const caller = tokenCaller(payload)
    if (!caller) throw new UploadError('UNAUTHENTICATED', 'the token has no subject')
    return caller
  }
}

/** `jose` checks claims only after the signature. */
function isOfIssuer(cause: unknown): cause is JWTExpired | JWTClaimValidationFailed {
  return cause instanceof JWTExpired || cause instanceof JWTClaimValidationFailed
}

/** For whoever has configured the wrong issuer or audience. */
function unacceptable(cause: JWTExpired | JWTClaimValidationFailed): UploadError {
  const message = `the token's signature is valid, but not its claims: ${cause.message}`
  return new UploadError('UNAUTHENTICATED', message, { cause })
}
