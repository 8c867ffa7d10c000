/** The platform's time, randomness and network state. Tests can replace each of them. */
export interface Effects {
  /** The current time. The clock can jump, so measure durations with `monotonicMs`. */
  readonly now: () => Date
  /** Milliseconds since an arbitrary point in time. Never decreases. */
  readonly monotonicMs: () => number
  /**
   * Resolves after `ms` milliseconds. Rejects with `signal.reason` if the signal is aborted first.
   */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Returns a number from 0 (inclusive) to 1 (exclusive), like `Math.random`. */
  readonly random: () => number
  readonly online: Online
}

/** The network state reported by the platform. */
export interface Online {
  readonly isOnline: () => boolean
  /** Resolves the next time the network comes back. Rejects with `signal.reason` when aborted. */
  readonly whenOnline: (signal: AbortSignal) => Promise<void>
  /**
   * Resolves the next time the network is lost. Rejects with `signal.reason` when aborted. Without
   * this function, uploads notice a lost network only when requests fail.
   */
  readonly whenOffline?: (signal: AbortSignal) => Promise<void>
}

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

/** Node has no `navigator.onLine` and counts as online. */
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
 * Creates a promise that rejects with the signal's reason when the signal is aborted.
 *
 * @param begin - Starts the wait and returns a function that cancels it.
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
    throw new RangeError(`no response within ${mostMs} ms`)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}

export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable(signal, (resolve) => {
    const settle = () => resolve(promise)
    promise.then(settle, settle)
    return () => {}
  })
}

/**
 * Reports an error as uncaught, or logs it on platforms without `reportError`.
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror
 */
export function reportError(error: unknown): void {
  // In Node, an uncaught error would end the process.
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
  else console.error('a listener of an upload failed', error)
}
