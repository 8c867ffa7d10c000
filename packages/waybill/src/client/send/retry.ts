/**
 * Makes a request and repeats it according to `error-table.ts`. What happens between two attempts
 * is in a lazy chunk, see `failed-request.ts`: usually, the first attempt succeeds.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { FailedRequest, RetryContext, RetryOptions } from './failed-request.ts'
import { loadFailureHandling } from './load-failure-handling.ts'
import type { OutageQueues } from './outage-queue.ts'

/** @throws {UploadError} The last failure. `signal.reason` if the signal is aborted. */
export async function retry<T>(options: RetryOptions, request: () => Promise<T>): Promise<T> {
  const { retryContext, side, treat } = options
  const { online, monotonicMs } = retryContext.effects
  const mayWait = !online.isOnline() || retryContext.queues
  let failed = mayWait ? await begin(options) : undefined
  try {
    for (;;) {
      if (failed) await failed.beforeTry()
      const startedAt = monotonicMs()
      const outcome = await attempt(options, request)
      if (!(outcome instanceof UploadError)) {
        if (failed) failed.succeeded()
        else if (side) queuesOf(retryContext)?.succeeded(side)
        return outcome.answer
      }
      if (!failed && !treat(outcome).isTriedAgain) throw outcome
      failed ??= await begin(options)
      await failed.afterFailure(outcome, startedAt)
    }
  } finally {
    failed?.end()
  }
}

async function begin(options: RetryOptions): Promise<FailedRequest> {
  const { retryContext, signal } = options
  const { FailedRequest } = await loadFailureHandling(retryContext.effects, signal)
  return new FailedRequest(options)
}

/** @returns The answer or the failure. Rejects only if the signal has been aborted. */
async function attempt<T>(
  { signal }: RetryOptions,
  request: () => Promise<T>,
): Promise<{ readonly answer: T } | UploadError> {
  try {
    return { answer: await request() }
  } catch (thrown) {
    signal.throwIfAborted()
    return toUploadError(thrown)
  }
}

/** Reads the queues again, because another request may have created them in the meantime. */
function queuesOf({ queues }: RetryContext): OutageQueues | undefined {
  return queues
}

/** Any other error is a bug in the client or in an effect that was passed as an option. */
export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('INTERNAL_ERROR', 'the client failed, not the signer: see cause', {
    cause: thrown,
  })
}
