/**
 * The effects that the engine has besides requests and storage: time, chance and whether there is a
 * network. All of them can be given, so that a test decides how long an hour is.
 *
 * @module
 */

/** Time, chance and the network's presence; the platform's unless given. */
export interface Effects {
  /** The time of day. People and servers set it back: durations are measured by `monotonicMs`. */
  readonly now: () => Date
  /** Milliseconds since some moment; never runs back. */
  readonly monotonicMs: () => number
  /** Resolves after `ms`; rejects with the signal's reason when it fires before. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** 0 to below 1. */
  readonly random: () => number
  readonly online: Online
}

/** Whether there is a network, as the platform knows it. */
export interface Online {
  readonly isOnline: () => boolean
  /** Resolves at the next time that the network comes back; rejects with the signal's reason. */
  readonly whenOnline: (signal: AbortSignal) => Promise<void>
  /**
   * The same for the next time that it goes. Without it, uploads find out by requests that fail.
   */
  readonly whenOffline?: (signal: AbortSignal) => Promise<void>
}

/** The platform's effects, in place of those that were not given. */
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

/** Where the platform does not say (Node), it counts as online. */
function platformOnline(): Online {
  return {
    isOnline: () => globalThis.navigator?.onLine !== false,
    whenOnline: (signal) => nextEvent('online', signal),
    whenOffline: (signal) => nextEvent('offline', signal),
  }
}

/** Waits for an event of the page. */
function nextEvent(name: string, signal: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => {
    const onEvent = () => resolve()
    globalThis.addEventListener?.(name, onEvent, { once: true })
    return () => globalThis.removeEventListener?.(name, onEvent)
  })
}

/**
 * Waits until `begin` has called `resolve`, or until the signal fires.
 *
 * @param begin - Begins to wait. What it returns is called when the signal fires, to end that.
 * @throws The signal's reason when it fires before.
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
