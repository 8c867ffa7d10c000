/**
 * Computes when a presigned request expires. It never outlives the credentials that signed it,
 * because S3 rejects it once they have expired.
 *
 * @module
 */

import type { Credentials } from './sigv4.ts'

/** Not taken from `LIMITS`: the import would change which code the signer's Lambda loads first. */
export const MAX_EXPIRES_IN_SECONDS = 604_800

/**
 * The limit in seconds for session tokens with an unknown expiration. Lambda sets the token in the
 * environment without its expiration, and a signature expires with its token.
 */
const MAX_UNKNOWN_EXPIRES_IN_SECONDS = 3_600

export interface Life {
  /** `X-Amz-Expires`, at least 1. */
  readonly seconds: number
  readonly expiration: Date
}

/**
 * Computes when a request that is presigned now expires. The result is in whole seconds, because
 * `X-Amz-Date` and `X-Amz-Expires` have no fractions.
 *
 * @param expiresInSeconds - From 1 to 604,800. The credentials' expiration shortens it, and a
 *   session token without expiration limits it to one hour.
 * @throws {RangeError} If `expiresInSeconds` is out of range, or the credentials expire within a
 *   second.
 */
export function lifeOf(now: Date, expiresInSeconds: number, credentials: Credentials): Life {
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > MAX_EXPIRES_IN_SECONDS
  ) {
    throw new RangeError(
      `expiresInSeconds is ${expiresInSeconds}, expected a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  const signedAt = Math.floor(now.getTime() / 1000)
  const seconds = Math.min(expiresInSeconds, secondsLeft(credentials, now) ?? expiresInSeconds)
  return { seconds, expiration: new Date((signedAt + seconds) * 1000) }
}

function secondsLeft(credentials: Credentials, now: Date): number | undefined {
  const { expiration } = credentials
  if (!expiration)
    return hasUnknownExpiration(credentials) ? MAX_UNKNOWN_EXPIRES_IN_SECONDS : undefined
  if (Number.isNaN(expiration.getTime()))
    throw new RangeError('credentials.expiration is not a date')
  const left = Math.floor(expiration.getTime() / 1000) - Math.floor(now.getTime() / 1000)
  if (left < 1) throw new RangeError(`credentials expired at ${expiration.toISOString()}`)
  return left
}

/** Returns false for long-term keys, which have no session token and never expire. */
export function hasUnknownExpiration({ sessionToken, expiration }: Credentials): boolean {
  return Boolean(sessionToken) && expiration === undefined
}
