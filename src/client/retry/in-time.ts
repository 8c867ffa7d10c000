/**
 * Waits for what knows of no signals: until a time, or until a signal fires.
 *
 * @module
 */

import { abortable, type Effects } from '../effects.ts'

/**
 * Waits for an answer, but not for ever.
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
