/**
 * The effects of the engine besides requests and storage: time, chance and whether there is a
 * network. Tests can replace all of them.
 *
 * @module
 */

/** Time, chance and the network's presence; the platform's unless given. */
export interface Effects {
  /** The time of day. It may be set back, so durations are measured by `monotonicMs`. */
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
  /** Resolves when the network is lost. Without it, uploads notice this only by failed requests. */
  readonly whenOffline?: (signal: AbortSignal) => Promise<void>
}

/** Fills in the platform's effects. */
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

/** A platform that does not say (Node) counts as online. */
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
