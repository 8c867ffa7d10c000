/**
 * The engine's effects besides requests and storage: time, randomness and whether there is a
 * network. Tests can replace all of them. Also the functions that wait: for an event, for a limited
 * time, until a signal fires.
 *
 * @module
 */

/** Time, randomness and network state. */
export interface Effects {
  /** The time of day. The clock can be set back, so measure durations with `monotonicMs`. */
  readonly now: () => Date
  /** Milliseconds since an arbitrary moment; never decreases. */
  readonly monotonicMs: () => number
  /** Resolves after `ms`. Rejects with the signal's reason if it fires first. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** 0 to less than 1, as `Math.random`. */
  readonly random: () => number
  readonly online: Online
}

/** Whether there is a network, according to the platform. */
export interface Online {
  readonly isOnline: () => boolean
  /** Resolves the next time the network comes back. Rejects with the signal's reason. */
  readonly whenOnline: (signal: AbortSignal) => Promise<void>
  /** Resolves when the network is lost. Without it, uploads notice only when requests fail. */
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
 * Makes a promise that a signal can reject.
 *
 * @param begin - Starts the wait. Returns a function that is called to end it when the signal
 * fires.
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

/** @throws The signal's reason, if it fires before the promise has settled. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve) => {
    const settle = () => resolve(promise)
    promise.then(settle, settle)
    return () => {}
  })
}
