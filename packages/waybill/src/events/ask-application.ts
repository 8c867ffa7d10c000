/**
 * Calls the application's functions, such as `authorize`, `onComplete` and `secret`.
 *
 * A function that throws or takes too long counts as a temporary failure, such as a busy database:
 * the caller gets 503 `SIGNER_UNAVAILABLE` and retries. An `UploadError` is the application's own
 * decision, so it is passed on unchanged.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import type { ServerEffects } from '../storage/server-effects.ts'

/** Clients give up after 20 seconds, so the signer must respond earlier. */
const MAX_ANSWER_MS = 15_000
/**
 * Clients wait 180 seconds for `complete`, so `onComplete` can take longer than other functions.
 */
export const MAX_COMPLETE_MS = 120_000

/** One of the application's functions threw or took too long. */
export class ApplicationFailed extends Error {
  override readonly name = 'ApplicationFailed'
}

/**
 * One of the application's functions returned an invalid value. The message lists the valid ones.
 */
export class InvalidReturn extends TypeError {}

export type AskApplication = <T>(
  name: string,
  ask: () => T | PromiseLike<T>,
  mostMs?: number,
) => Promise<T>

/**
 * The returned function throws `ApplicationFailed`, with the original error as its `cause`. It
 * passes on an `UploadError` unchanged.
 */
export function askApplicationWith({ later }: Pick<ServerEffects, 'later'>): AskApplication {
  return async (name, ask, mostMs = MAX_ANSWER_MS) => {
    try {
      const answer = ask()
      return await (isThenable(answer) ? inTime(answer) : answer)
    } catch (cause) {
      if (cause instanceof UploadError || cause instanceof ApplicationFailed) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ApplicationFailed(`${name} failed: ${reason}`, { cause })
    }

    function inTime<T>(answer: PromiseLike<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        const late = () => reject(new RangeError(`${name} did not return within ${mostMs} ms`))
        const answered = later(mostMs, late)
        // Call `then` only once, because a query builder runs its query on every call.
        Promise.resolve(answer).finally(answered).then(resolve, reject)
      })
    }
  }
}

/** Returns whether a value has a `then` method, like a promise or a query builder's query. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
