/**
 * How long a signature works, by our own clock. A client's clock may be hours off, so an expiration is not compared
 * with it: what counts is the time that has passed since the signer answered.
 *
 * @module
 */

import { parseAmzDate } from '../../s3/sigv4/amz-date.ts'

/** A signature that is about to expire is not worth starting with. */
const MAX_MARGIN_MS = 10_000

/**
 * @param signedAt - `X-Amz-Date` of the signature.
 * @param expiration - ISO 8601.
 * @param receivedAt - Milliseconds by our clock, when the signer was asked.
 * @returns Milliseconds by our clock after which a fresh signature is due; infinity when the signature does not say.
 */
export function renewalTime(
  signedAt: string | undefined,
  expiration: string,
  receivedAt: number,
): number {
  const from = signedAt === undefined ? undefined : parseAmzDate(signedAt)
  if (!from) return Number.POSITIVE_INFINITY
  const lifeMs = Date.parse(expiration) - from.getTime()
  if (!(lifeMs > 0)) return Number.POSITIVE_INFINITY
  return receivedAt + lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 10)
}

/** @returns `X-Amz-Date` of a presigned URL. */
export function signedAtOf(url: string): string | undefined {
  return /[?&]X-Amz-Date=(\w+)/.exec(url)?.[1]
}
