/**
 * Limits how long the signer waits for storage during one call.
 *
 * If the platform ends a function at its time limit, or the caller gives up, the response has no
 * CORS headers, and a browser reports a network failure.
 *
 * @module
 */

import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import { shorterLimit, type TimeLimit } from '../../storage/time-limit.ts'
import type { SignerContext } from './signer-context.ts'

/** For all storage calls of one call to the signer, including retries; `complete` is exempt. */
const MOST_MS = 15_000

/**
 * Limits the time that one request may spend on storage.
 *
 * `complete` gets all the remaining time: S3 may take minutes to complete an object with thousands
 * of parts.
 */
export function withTimeBudget(
  { s3, now }: Pick<SignerContext, 's3' | 'now'>,
  { path }: SignerRequest,
  limit: TimeLimit,
): S3CallContext {
  if (path === '/complete') return { ...s3, ...limit }
  const end = now().getTime() + MOST_MS
  const own = { remainingTimeMs: () => end - now().getTime() }
  return { ...s3, ...shorterLimit(own, limit) }
}
