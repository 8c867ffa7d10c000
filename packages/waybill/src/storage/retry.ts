import type { ServerEffects } from './server-effects.ts'
import { type TimeLimit, timeLeftMs } from './time-limit.ts'

/** When calls to AWS are repeated, and for how long. */
export interface RetryPolicy extends TimeLimit, Pick<ServerEffects, 'randomBytes' | 'wait'> {
  readonly maxAttempts: number
  /** The longest pause before the second attempt. It doubles with each further one. @default 100 */
  readonly firstDelayMs?: number
  /** @default 3000 */
  readonly longestDelayMs?: number
}

export interface RetrySteps {
  /** Whether a failure may go away. */
  mayPass(failure: Error): boolean
  /** Called before each retry. */
  readonly onRetry?: (() => void | Promise<void>) | undefined
  /**
   * Called with a failure that might still go away when the policy allows no more attempts.
   * @default returns the failure
   */
  exhausted?(failure: Error, attempts: number): Error
}

/**
 * Repeats `attempt` while it returns an error that may go away, up to the policy's limits.
 *
 * @throws The last error that `attempt` has returned.
 */
export async function withRetries<Result>(
  policy: RetryPolicy,
  attempt: (count: number) => Promise<Result | Error>,
  { mayPass, onRetry, exhausted = (failure) => failure }: RetrySteps,
): Promise<Result> {
  for (let count = 1; ; count += 1) {
    const outcome = await attempt(count)
    if (!(outcome instanceof Error)) return outcome
    if (!mayPass(outcome)) throw outcome
    const delayMs = pauseMs(policy, count)
    if (count >= policy.maxAttempts || delayMs >= timeLeftMs(policy)) {
      throw exhausted(outcome, count)
    }
    await policy.wait(delayMs)
    await onRetry?.()
  }
}

/**
 * Exponential backoff with full jitter, so that many servers do not retry at the same time.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
function pauseMs(
  { firstDelayMs = 100, longestDelayMs = 3_000, randomBytes }: RetryPolicy,
  attempts: number,
): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempts - 1))
  const [high = 0, low = 0] = randomBytes(2)
  return Math.floor((ceiling * (high * 256 + low)) / 65_536)
}
