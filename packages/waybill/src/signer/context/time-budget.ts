/**
 * Limits how long the signer waits for storage in one call.
 *
 * When a function is ended at its time limit, or a caller gives up, there is no response with CORS
 * headers. A browser reports that as a network failure.
 *
 * @module
 */

import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import { shorterLimit, type TimeLimit } from '../../storage/time-limit.ts'
import type { SignerContext } from './signer-context.ts'

/** Time for all calls to storage, with all tries, in one call of the signer except `complete`. */
const MOST_MS = 15_000

/**
 * Limits the time that one request may spend on storage.
 *
 * `complete` gets all the time that is left: S3 may take minutes to complete an object of thousands
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
