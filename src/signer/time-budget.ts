/**
 * How long the signer may ask storage for one call.
 *
 * A caller that waits longer than its own limit, or a function that is killed at its own, sees no answer
 * at all: a browser takes that for a network that failed, because an answer without CORS headers is none.
 *
 * @module
 */

import { shorterLimit, type TimeLimit } from '../aws/time-limit.ts'
import type { SignerRequest } from '../protocol/index.ts'
import type { SignerContext } from './signer-context.ts'

/** For all tries of all calls to storage behind one call to the signer, but for `complete`. */
const MOST_MS = 15_000

/**
 * Bounds what the signer asks of storage for one request.
 *
 * `complete` gets all the time that is left: S3 may take minutes to put thousands of parts together.
 */
export function withTimeBudget(
  context: SignerContext,
  { path }: SignerRequest,
  limit: TimeLimit,
): SignerContext {
  if (path === '/complete') return { ...context, s3: { ...context.s3, ...limit } }
  const { now } = context
  const end = now().getTime() + MOST_MS
  const own = { remainingTimeMs: () => end - now().getTime() }
  return { ...context, s3: { ...context.s3, ...shorterLimit(own, limit) } }
}
