import type { SignerRequest } from '../protocol/authorization.ts'
import { UploadError } from '../protocol/upload-error.ts'

/** In characters. Real tokens are shorter. */
const MAX_TOKEN_LENGTH = 8192

/**
 * The algorithms that work with public keys. With `none` or HMAC, anyone who knows the public key
 * could forge tokens.
 */
export const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** @throws {UploadError} `UNAUTHENTICATED` if the request has no token, or one that is too long. */
export function bearerOf({ headers }: SignerRequest): string {
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

/** Whoever sends a forged token must not learn what is wrong with it. */
export function invalidToken(cause?: unknown): UploadError {
  return new UploadError('UNAUTHENTICATED', 'the token is not valid here', { cause })
}
