/**
 * Queues of failed requests, one for the signer and one for the storage. While a server is down,
 * its requests wait together and are retried one at a time. As soon as one succeeds, all of them
 * continue.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { Side } from '../error-table.ts'
import { outagePauseMs, waitForNetwork } from './backoff.ts'

/** Why a request stops waiting: its turn has come, the server is back, or its time is over. */
export type Wake = 'turn' | 'back' | 'over'

export interface Sleep {
  /** When to give up, on the monotonic clock. */
  readonly until: number
  /** Requests in the same group share one call, so they are retried together. */
  readonly group?: object | undefined
  readonly signal: AbortSignal
  /**
   * Called with the time until any request in the queue is retried next, and again when that time
   * changes.
   *
   * @param rounds - Number of consecutive failures.
   */
  readonly onNext: (delayMs: number, rounds: number) => void
}

interface Sleeper extends Pick<Sleep, 'until' | 'group' | 'onNext'> {
  readonly wake: (why: Wake) => void
  readonly fail: (error: UploadError) => void
}

/** After this many consecutive failures, new requests join the queue too. */
const ROUNDS_DOWN = 3

export class OutageQueue {
  /** Consecutive failures, not counting requests that began before the last counted failure. */
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

  /** The last error, if the server counts as down. */
  get trouble(): UploadError | undefined {
    return this.#rounds >= ROUNDS_DOWN ? this.#error : undefined
  }

  failed(error: UploadError, startedAt: number): void {
    const now = this.#effects.monotonicMs()
    if (this.#rounds === 0) this.#downSince = now
    this.#error = error
    if (startedAt < this.#roundAt) return
    this.#rounds += 1
    this.#roundAt = now
  }

  /**
   * Lets all waiting requests continue.
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

  giveUp(error: UploadError): void {
    this.#rounds = 0
    this.#stop()
    for (const sleeper of this.#sleepers) sleeper.fail(error)
  }

  /** Expects the server to be back: new requests are made at once, and pauses are short again. */
  tryAgain(): void {
    this.#rounds = 0
    this.#stop()
    this.#schedule()
  }

  hurry(): void {
    this.#stop()
    this.#serve()
  }

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
    const delayMs = outagePauseMs(this.#rounds, now - this.#downSince, this.#effects)
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

export class OutageQueues {
  readonly signer: OutageQueue
  readonly storage: OutageQueue
  readonly #online: Effects['online']
  /**
   * Set if the platform is wrong about being offline. Its state is then ignored until it reports a
   * change.
   */
  #isWronglyOffline = false

  constructor(effects: Effects) {
    this.#online = effects.online
    this.signer = new OutageQueue(effects)
    this.storage = new OutageQueue(effects)
  }

  get isOnline(): boolean {
    return this.#isWronglyOffline || this.#online.isOnline()
  }

  doubtOffline(): void {
    if (this.isOnline) return
    this.#isWronglyOffline = true
    const believe = () => {
      this.#isWronglyOffline = false
    }
    this.#online.whenOnline(new AbortController().signal).then(believe, believe)
  }

  /** Call this when somebody retries what has failed. */
  tryAgain(): void {
    this.signer.tryAgain()
    this.storage.tryAgain()
  }

  /** If one server is back, the other may be back too. */
  succeeded(side: Side): void {
    if (this[side].succeeded()) this[side === 'signer' ? 'storage' : 'signer'].hurry()
  }
}
