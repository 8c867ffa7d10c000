/**
 * Bounds the wait for a promise without a signal: by a time, or by a signal.
 *
 * @module
 */

import { abortable, type Effects } from '../effects.ts'

/**
 * Waits for a promise, at most `mostMs`.
 *
 * @throws {RangeError} When there is none after `mostMs`.
 */
export async function inTime<T>(
  answer: T | PromiseLike<T>,
  mostMs: number,
  wait: Effects['wait'],
): Promise<T> {
  const over = new AbortController()
  const late = wait(mostMs, over.signal).then(() => {
    throw new RangeError(`no answer for ${mostMs} ms`)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}

/** Rejects when the signal fires before the promise has settled. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve) => {
    const settle = () => resolve(promise)
    promise.then(settle, settle)
    return () => {}
  })
}
