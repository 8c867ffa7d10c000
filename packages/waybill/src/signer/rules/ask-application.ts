/**
 * Calls the functions that the application gave: `authorize`, `key`, `onComplete`, `secret`,
 * `credentials`.
 *
 * An error that they throw, or no return in time, counts as temporary: a session store that
 * restarts, a database that is busy. The caller gets 503 `SIGNER_UNAVAILABLE` and asks again. An
 * `UploadError` is a decision of the application, and is passed on.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { ServerEffects } from '../../storage/server-effects.ts'

/** Clients give a call up after 20 s, so they must get a response before. */
const MAX_ANSWER_MS = 15_000
/** What an application does with a stored object may take long; clients wait for 180 s. */
export const MAX_COMPLETE_MS = 120_000

/** A function of the application threw, or did not answer in time. */
export class ApplicationFailed extends Error {
  override readonly name = 'ApplicationFailed'
}

/** A function of the application returned what it may not. The message says what it may. */
export class InvalidReturn extends TypeError {}

/** Calls a function of the application; `name` is what `onError` is told. */
export type AskApplication = <T>(
  name: string,
  ask: () => T | PromiseLike<T>,
  mostMs?: number,
) => Promise<T>

/**
 * Creates the function that calls functions of the application.
 *
 * @returns A function that throws `ApplicationFailed`, whose `cause` is what was thrown, or the
 *   `UploadError` that was thrown.
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
        // Asked once: query builders run their query at each `then`.
        Promise.resolve(answer).finally(answered).then(resolve, reject)
      })
    }
  }
}

/** Tells whether a value must be awaited: a promise, or the query of a query builder. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
