/**
 * Time that passes only when nothing else is left to do: an outage of a minute takes a moment.
 *
 * @module
 */

import type { Effects } from 'waybill/client'

interface Timer {
  readonly at: number
  readonly ring: () => void
}

/** A network that is never away. */
export const ONLINE: Effects['online'] = {
  isOnline: () => true,
  whenOnline: () => new Promise(() => {}),
}

/** All effects of a client: no chance, and a network that is never away. */
export interface VirtualTime extends Effects {
  /** Lets time pass until the promise has settled. */
  readonly until: <T>(promise: Promise<T>) => Promise<T>
}

export function virtualTime(): VirtualTime {
  let at = 0
  const timers = new Set<Timer>()
  const wait: Effects['wait'] = (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const give = () => {
        timers.delete(timer)
        reject(signal.reason)
      }
      const ring = () => {
        // A signal looks through all its listeners for each new one.
        signal.removeEventListener('abort', give)
        resolve()
      }
      const timer = { at: at + ms, ring }
      timers.add(timer)
      signal.addEventListener('abort', give)
    })
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    promise.then(settle, settle)
    for (;;) {
      // All that follows from what has happened so far.
      await new Promise((resolve) => setImmediate(resolve))
      if (isSettled) return promise
      const [next] = [...timers].sort((a, b) => a.at - b.at)
      if (!next) throw new Error('nothing is left to wait for')
      timers.delete(next)
      at = Math.max(at, next.at)
      next.ring()
    }
  }
  const clock = { monotonicMs: () => at, now: () => new Date(at), wait, until }
  return { ...clock, random: () => 0.5, online: ONLINE }
}
