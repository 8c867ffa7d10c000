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
 * The longest life of what is signed with a session token whose end is not known, in seconds.
 *
 * Lambda puts a token into the environment without its expiration. What a token signed dies with it, so
 * a long life would only be said and not be true.
 */
const MAX_UNKNOWN_EXPIRES_IN_SECONDS = 3_600

/** How long something presigned works. */
export interface Life {
  /** `X-Amz-Expires`, at least 1. */
  readonly seconds: number
  readonly expiration: Date
}

/**
 * The life of something signed now for `expiresInSeconds`. It begins and ends on a whole second, as `X-Amz-Date` and
 * `X-Amz-Expires` know no smaller unit.
 *
 * @param expiresInSeconds - 1 to 604,800. The credentials' own expiration shortens it; an hour is the
 *   most where they have a session token and no expiration.
 * @throws {RangeError} When `expiresInSeconds` is out of range, or no second of the credentials' life is left.
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
  if (!expiration) return endsUnknown(credentials) ? MAX_UNKNOWN_EXPIRES_IN_SECONDS : undefined
  if (Number.isNaN(expiration.getTime()))
    throw new RangeError('credentials.expiration is not a date')
  const left = Math.floor(expiration.getTime() / 1000) - Math.floor(now.getTime() / 1000)
  if (left < 1) throw new RangeError(`credentials expired at ${expiration.toISOString()}`)
  return left
}

/** @returns Whether the credentials end at a time that is not known; access keys have no end. */
export function endsUnknown({ sessionToken, expiration }: Credentials): boolean {
  return Boolean(sessionToken) && expiration === undefined
}
