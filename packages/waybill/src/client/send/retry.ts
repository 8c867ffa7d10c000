/**
 * Makes a request with retries. The code that handles failures is in another chunk; see
 * `failure-chunk.ts`.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { loadFailureChunk } from './load-failure-chunk.ts'
import type { Attempt, FirstFailure, RetryContext, RetryOptions } from './retry-options.ts'
import type { RetryQueues } from './retry-queue.ts'

export async function retry<T>(options: RetryOptions, request: () => Promise<T>): Promise<T> {
  const { retryContext, side, signal, treat } = options
  const { online, monotonicMs } = retryContext.effects
  const attempt: Attempt<T> = async () => {
    try {
      return { answer: await request() }
    } catch (thrown) {
      signal.throwIfAborted()
      return toUploadError(thrown)
    }
  }
  let failure: FirstFailure | undefined
  if (online.isOnline() && !retryContext.queues) {
    const startedAt = monotonicMs()
    const outcome = await attempt()
    if (!(outcome instanceof UploadError)) {
      if (side) queuesOf(retryContext)?.succeeded(side)
      return outcome.answer
    }
    if (!treat(outcome).isTriedAgain) throw outcome
    failure = { error: outcome, startedAt }
  }
  const { keepTrying } = await loadFailureChunk(retryContext.effects, signal)
  return keepTrying(options, attempt, failure)
}

/** Reads the queues again, because another request may have created them in the meantime. */
function queuesOf({ queues }: RetryContext): RetryQueues | undefined {
  return queues
}

/** Any other error is a bug in the client or in an effect that was passed as an option. */
export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('INTERNAL_ERROR', 'the client failed, not the signer: see cause', {
    cause: thrown,
  })
}
