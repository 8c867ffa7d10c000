/**
 * Makes a request, and again when it has failed. The code for the failure is a chunk of its own.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { LinePair } from './line.ts'
import { needFailures } from './load.ts'
import type { Attempt, FirstFailure, Lines, RetryOptions } from './retry-options.ts'
import { toUploadError } from './to-upload-error.ts'

/**
 * @throws {UploadError} The failure that stands.
 * @throws The signal's reason when it fires.
 */
export async function retry<T>(options: RetryOptions, request: () => Promise<T>): Promise<T> {
  const { lines, side, signal, treat } = options
  const { online, monotonicMs } = lines.effects
  const attempt: Attempt<T> = async () => {
    try {
      return { answer: await request() }
    } catch (thrown) {
      signal.throwIfAborted()
      return toUploadError(thrown)
    }
  }
  let failure: FirstFailure | undefined
  if (online.isOnline() && !lines.pair) {
    const startedAt = monotonicMs()
    const outcome = await attempt()
    if (!(outcome instanceof UploadError)) {
      if (side) pairOf(lines)?.succeeded(side)
      return outcome.answer
    }
    if (!treat(outcome).isTriedAgain) throw outcome
    failure = { error: outcome, startedAt }
  }
  const { tryOn } = await needFailures(lines.effects, signal)
  return tryOn(options, attempt, failure)
}

/** Another request may have failed meanwhile. */
function pairOf({ pair }: Lines): LinePair | undefined {
  return pair
}
