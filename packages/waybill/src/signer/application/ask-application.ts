/**
 * Calls the application's own functions: `authorize`, `accept`, `key`, `onComplete`, `secret`,
 * `credentials`.
 *
 * If a function throws or takes too long, the failure counts as temporary (a session store
 * restarts, a database is busy): the caller gets 503 `SIGNER_UNAVAILABLE` and retries. An
 * `UploadError` is the application's decision and is passed on unchanged.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { ServerEffects } from '../../storage/server-effects.ts'

/** Clients give up on a call after 20 s, so the response must come earlier. */
const MAX_ANSWER_MS = 15_000
/** `onComplete` may take longer: clients wait 180 s for `complete`. */
export const MAX_COMPLETE_MS = 120_000

/** A function of the application threw or did not return in time. */
export class ApplicationFailed extends Error {
  override readonly name = 'ApplicationFailed'
}

/**
 * A function of the application returned an invalid value. The message says which values are valid.
 */
export class InvalidReturn extends TypeError {}

/** Calls a function of the application; `name` identifies it in the message for `onError`. */
export type AskApplication = <T>(
  name: string,
  ask: () => T | PromiseLike<T>,
  mostMs?: number,
) => Promise<T>

/**
 * Creates the function that calls the application.
 *
 * @returns A function that throws `ApplicationFailed`, with the original error as its `cause`, or
 *   the `UploadError` that the application threw.
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
        const late = () => reject(new RangeError(`${name} gave no answer for ${mostMs} ms`))
        const answered = later(mostMs, late)
        // Call `then` only once: a query builder runs its query on every call.
        Promise.resolve(answer).finally(answered).then(resolve, reject)
      })
    }
  }
}

/** Returns whether a value must be awaited: a promise, or a query builder's query. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
