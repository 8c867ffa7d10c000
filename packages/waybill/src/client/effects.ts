/**
 * The engine's side effects other than requests and storage: time, randomness and network state.
 * Tests can replace all of them. Also contains the functions that wait for an event, for a limited
 * time, or until a signal fires.
 *
 * @module
 */

/** Time, randomness and network state. */
export interface Effects {
  /** The current time. The clock can be set back, so measure durations with `monotonicMs`. */
  readonly now: () => Date
  /** Milliseconds since an arbitrary moment; never decreases. */
  readonly monotonicMs: () => number
  /** Resolves after `ms` milliseconds. Rejects with the signal's reason if that fires first. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Returns a number from 0 (inclusive) to 1 (exclusive), like `Math.random`. */
  readonly random: () => number
  readonly online: Online
}

/** The network state that the platform reports. */
export interface Online {
  readonly isOnline: () => boolean
  /** Resolves when the network comes back next. Rejects with the signal's reason if it fires. */
  readonly whenOnline: (signal: AbortSignal) => Promise<void>
  /**
   * Resolves when the network is lost. Rejects with the signal's reason if it fires. Without this
   * function, uploads notice a lost network only when requests fail.
   */
  readonly whenOffline?: (signal: AbortSignal) => Promise<void>
}

/** Fills in missing effects with the platform's. */
export function platformEffects(given: Partial<Effects> = {}): Effects {
  return {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    wait: waitMs,
    random: Math.random,
    online: platformOnline(),
    ...given,
  }
}

function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => {
    const timer = setTimeout(resolve, ms)
    return () => clearTimeout(timer)
  })
}

/** A platform without `navigator.onLine` (Node) counts as online. */
function platformOnline(): Online {
  return {
    isOnline: () => globalThis.navigator?.onLine !== false,
    whenOnline: (signal) => nextEvent('online', signal),
    whenOffline: (signal) => nextEvent('offline', signal),
  }
}

function nextEvent(name: string, signal: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => {
    const onEvent = () => resolve()
    globalThis.addEventListener?.(name, onEvent, { once: true })
    return () => globalThis.removeEventListener?.(name, onEvent)
  })
}

/**
 * Creates a promise that rejects when the signal fires.
 *
 * @param begin - Starts the wait. Returns a function that cancels it, which is called when the
 *   signal fires.
 * @throws The signal's reason.
 */
export function abortable<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T | PromiseLike<T>) => void) => () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const onAbort = () => {
      end()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const end = begin((value) => {
      signal.removeEventListener('abort', onAbort)
      resolve(value)
    })
  })
}

/** @throws {RangeError} When the promise has not settled after `mostMs`. */
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

/** @throws The signal's reason, if the signal fires before the promise has settled. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve) => {
    const settle = () => resolve(promise)
    promise.then(settle, settle)
    return () => {}
  })
}
