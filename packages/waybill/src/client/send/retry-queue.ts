/**
 * Two queues of failed requests, one for the signer and one for the storage, shared by all uploads
 * of an uploader. While a server is down, its requests wait together: one at a time is retried, and
 * as soon as any request succeeds, all of them continue.
 *
 * Pauses grow exponentially with jitter, so that many clients that failed together do not return
 * together. They are capped so that a pause is never much longer than the outage before it. A
 * capped pause takes at least half of the cap, because shorter pauses would cause more attempts
 * during an outage without noticing its end much earlier.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** The receiver of a request. */
export type Side = 'signer' | 'storage'

/** Why a request stops waiting: its turn has come, the server is back, or its time is over. */
export type Wake = 'turn' | 'back' | 'over'

/** How a request waits. */
export interface Sleep {
  /** When the request has waited long enough, on the monotonic clock. */
  readonly until: number
  /** Requests of the same group share one call and are therefore retried together. */
  readonly group?: object | undefined
  readonly signal: AbortSignal
  /**
   * Called with the time until the next retry of any request, and again when that time changes.
   *
   * @param rounds - How often in a row the server has failed.
   */
  readonly onNext: (delayMs: number, rounds: number) => void
}

interface Sleeper extends Pick<Sleep, 'until' | 'group' | 'onNext'> {
  readonly wake: (why: Wake) => void
  readonly fail: (error: UploadError) => void
}

const BASE_MS = 250
const CAP_MS = 30_000
/**
 * A pause takes this time at most, or this share of the outage so far if that is longer. The end of
 * an outage is therefore noticed soon: after 2 s at most if the outage took 40 s.
 */
const SHORT_CAP_MS = 1_500
const SHARE_OF_OUTAGE = 1 / 20
/** After this many failures in a row, new requests join the queue. */
const ROUNDS_DOWN = 3

/** The failed requests to one server. */
export class RetryQueue {
  /** Failures in a row, not counting requests that began before the last counted failure. */
  #rounds = 0
  #error: UploadError | undefined
  #roundAt = Number.NEGATIVE_INFINITY
  #downSince = 0
  #nextAt = 0
  #pace: AbortController | undefined
  readonly #sleepers = new Set<Sleeper>()
  readonly #effects: Effects

  constructor(effects: Effects) {
    this.#effects = effects
  }

  /** The error because of which the server counts as down, if it does. */
  get trouble(): UploadError | undefined {
    return this.#rounds >= ROUNDS_DOWN ? this.#error : undefined
  }

  /** @param startedAt - When the request began, on the monotonic clock. */
  failed(error: UploadError, startedAt: number): void {
    const now = this.#effects.monotonicMs()
    if (this.#rounds === 0) this.#downSince = now
    this.#error = error
    if (startedAt < this.#roundAt) return
    this.#rounds += 1
    this.#roundAt = now
  }

  /**
   * Call this when a request has succeeded. All other requests then continue.
   *
   * @returns Whether any request had failed before.
   */
  succeeded(): boolean {
    const hadFailed = this.#rounds > 0
    this.#rounds = 0
    this.#roundAt = Number.NEGATIVE_INFINITY
    this.#stop()
    for (const sleeper of this.#sleepers) sleeper.wake('back')
    return hadFailed
  }

  /** Fails all requests in the queue. Call this if waiting does not help. */
  giveUp(error: UploadError): void {
    this.#rounds = 0
    this.#stop()
    for (const sleeper of this.#sleepers) sleeper.fail(error)
  }

  /** Retries the next request now. */
  hurry(): void {
    this.#stop()
    this.#serve()
  }

  /** Waits for a turn or until the server is back. @throws The signal's reason, if it fires. */
  sleep({ until, group, signal, onNext }: Sleep): Promise<Wake> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const leave = () => {
        signal.removeEventListener('abort', onAbort)
        this.#sleepers.delete(sleeper)
      }
      const onAbort = () => {
        leave()
        if (this.#sleepers.size === 0) this.#stop()
        reject(signal.reason)
      }
      const wake = (why: Wake) => {
        leave()
        resolve(why)
      }
      const fail = (error: UploadError) => {
        leave()
        reject(error)
      }
      const sleeper: Sleeper = { until, group, onNext, wake, fail }
      signal.addEventListener('abort', onAbort)
      this.#sleepers.add(sleeper)
      if (this.#pace) onNext(Math.max(0, this.#nextAt - this.#effects.monotonicMs()), this.#rounds)
      else this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#sleepers.size === 0) return
    const pace = new AbortController()
    this.#pace = pace
    const now = this.#effects.monotonicMs()
    const outage = now - this.#downSince
    const cap = Math.max(SHORT_CAP_MS, outage * SHARE_OF_OUTAGE)
    const random = () => (1 + this.#effects.random()) / 2
    const delayMs = backoffMs(this.#rounds, cap, random)
    this.#nextAt = now + delayMs
    for (const { onNext } of this.#sleepers) onNext(delayMs, this.#rounds)
    waitForNetwork(this.#effects, delayMs, pace.signal).then(
      () => {
        this.#pace = undefined
        this.#serve()
      },
      () => {}, // stopped
    )
  }

  #stop(): void {
    this.#pace?.abort()
    this.#pace = undefined
  }

  /** Wakes the request that has waited longest, and the other requests in its group. */
  #serve(): void {
    const now = this.#effects.monotonicMs()
    let first: Sleeper | undefined
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= now) sleeper.wake('over')
      else if (!first || (first.group && sleeper.group === first.group)) {
        first ??= sleeper
        sleeper.wake('turn')
      }
    }
    // This request may hang, so the next one does not wait for it.
    this.#schedule()
  }
}

export class RetryQueues {
  readonly signer: RetryQueue
  readonly storage: RetryQueue
  readonly #online: Effects['online']
  /** Whether the platform is wrong about being offline. Ignores it until it reports a change. */
  #isWronglyOffline = false

  constructor(effects: Effects) {
    this.#online = effects.online
    this.signer = new RetryQueue(effects)
    this.storage = new RetryQueue(effects)
  }

  get isOnline(): boolean {
    return this.#isWronglyOffline || this.#online.isOnline()
  }

  /** Call this when a request that began offline has succeeded. */
  doubtOffline(): void {
    if (this.isOnline) return
    this.#isWronglyOffline = true
    const believe = () => {
      this.#isWronglyOffline = false
    }
    this.#online.whenOnline(new AbortController().signal).then(believe, believe)
  }

  /** Call this when a request has succeeded. If one server is back, the other may be back too. */
  succeeded(side: Side): void {
    if (this[side].succeeded()) this[side === 'signer' ? 'storage' : 'signer'].hurry()
  }
}

/** Waits until the network comes back, but no longer than `mostMs`. */
export async function waitForNetwork(
  { online, wait }: Effects,
  mostMs: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  try {
    await Promise.race([online.whenOnline(either), wait(mostMs, either)])
  } finally {
    over.abort()
  }
}

/**
 * Computes the pause before the next attempt: random, up to a maximum that doubles with each
 * failure.
 *
 * @param failures - Number of failures so far, from 1.
 * @returns Milliseconds, at most `capMs` and 30 s.
 */
export function backoffMs(failures: number, capMs: number, random: () => number): number {
  return random() * Math.min(CAP_MS, capMs, BASE_MS * 2 ** (Math.max(1, failures) - 1))
}
