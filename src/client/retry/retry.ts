/**
 * Makes a request again when it has failed. What is done then stands in a chunk of its own.
 *
 * @module
 */

import type { LinePair } from './line.ts'
import { loadTrials, need } from './load.ts'
import { isTriedAgain } from './remedies.ts'
import type { FirstFailure, Lines, RetryOptions } from './retry-options.ts'
import { toUploadError } from './to-upload-error.ts'

/**
 * @throws {UploadError} The failure that stands.
 * @throws The signal's reason when it fires.
 */
export async function retry<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { lines, side, signal, treat } = options
  const { online, monotonicMs } = lines.effects
  let failure: FirstFailure | undefined
  if (online.isOnline() && !lines.pair) {
    const startedAt = monotonicMs()
    try {
      const answer = await attempt()
      if (side) pairOf(lines)?.succeeded(side)
      return answer
    } catch (thrown) {
      signal.throwIfAborted()
      const error = toUploadError(thrown)
      if (!isTriedAgain(treat(error).remedy)) throw error
      failure = { error, startedAt }
    }
  }
  const { tryOn } = await need(loadTrials, lines.effects, signal)
  return tryOn(options, attempt, failure)
}

/** Another request may have failed meanwhile. */
function pairOf({ pair }: Lines): LinePair | undefined {
  return pair
}
