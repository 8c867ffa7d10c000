/**
 * When something presigned stops working: never after the credentials that signed it, as S3 refuses it from then on
 * whatever its own expiration says.
 *
 * @module
 */

import type { Credentials } from './credentials.ts'

/** S3 refuses presigned requests that live longer than a week. */
export const MAX_EXPIRES_IN_SECONDS = 604_800

/**
 * The instant at which something signed now for `expiresInSeconds` stops working.
 *
 * @param expiresInSeconds - 1 to 604,800. The credentials' own expiration shortens it.
 * @throws {RangeError} When `expiresInSeconds` is out of range or the credentials have expired.
 */
export function expirationOf(now: Date, expiresInSeconds: number, credentials: Credentials): Date {
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > MAX_EXPIRES_IN_SECONDS
  ) {
    throw new RangeError(
      `expiresInSeconds is ${expiresInSeconds}, expected a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  const wanted = now.getTime() + expiresInSeconds * 1000
  const limit = credentials.expiration?.getTime() ?? wanted
  if (Number.isNaN(limit)) throw new RangeError('credentials.expiration is not a date')
  if (limit <= now.getTime()) throw expired(credentials)
  return new Date(Math.min(wanted, limit))
}

/** How long a presigned URL works. */
export interface UrlLife {
  /** `X-Amz-Expires`, at least 1. */
  readonly lifeSeconds: number
  readonly expiration: Date
}

/**
 * The life of a presigned URL. S3 counts whole seconds (`X-Amz-Expires`) from a whole second (`X-Amz-Date`), so a URL
 * ends on one too, up to a second earlier than a policy would.
 *
 * @throws {RangeError} See `expirationOf`; also when the credentials expire before the shortest URL would.
 */
export function urlLifeOf(now: Date, expiresInSeconds: number, credentials: Credentials): UrlLife {
  const signedAt = Math.floor(now.getTime() / 1000)
  const end = expirationOf(now, expiresInSeconds, credentials).getTime()
  const lifeSeconds = Math.floor(end / 1000) - signedAt
  if (lifeSeconds < 1) throw expired(credentials)
  return { lifeSeconds, expiration: new Date((signedAt + lifeSeconds) * 1000) }
}

function expired({ expiration }: Credentials): RangeError {
  return new RangeError(`credentials expired at ${expiration?.toISOString()}`)
}
