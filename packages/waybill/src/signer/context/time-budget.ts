import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import { shorterLimit, type TimeLimit } from '../../storage/time-limit.ts'
import type { SignerContext } from './signer-context.ts'

const MOST_MS = 15_000

/**
 * Limits how long one call waits for storage, so that the signer can still respond. If the platform
 * ended the function first, the response would have no CORS headers, and browsers would report a
 * network failure.
 *
 * `complete` may use all the remaining time, because S3 can take minutes to complete an upload with
 * thousands of parts.
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
