/**
 * The lines to the signer and to the storage, shared by all uploads of an uploader. While a line is
 * down, its requests wait together: one at a time tries, and when any request succeeds all of them
 * go on at once.
 *
 * Pauses grow exponentially with jitter, so that many clients that failed together do not come back
 * together. They are capped so that a pause is never much longer than the outage before it. A
 * capped pause is at least half of the cap: shorter pauses would mean more tries while the storage
 * is down, and would not notice its return much earlier.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** Whom a request goes to. */
export type Side = 'signer' | 'storage'

/** Why a request stops waiting: it is its turn to try, the line is back, or its time is over. */
export type Wake = 'turn' | 'back' | 'over'

/** A request that waits for a line. */
export interface Sleep {
  /** When it has waited long enough, by the monotonic clock. */
  readonly until: number
  /** Requests of the same group travel in one call, and so try together. */
  readonly group?: object | undefined
  readonly signal: AbortSignal
  /**
   * Called with the time until the next try of any request, and again when this changes.
   *
   * @param rounds - How often in a row the line has failed.
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
 * A pause is at most so long, or a twentieth of the outage so far if that is more, and at least
 * half of it. So the first request comes at most so long after the storage; 2 s after an outage of
 * 40 s.
 */
const SHORT_CAP_MS = 1_500
const SHARE_OF_OUTAGE = 1 / 20
/** After so many failures in a row, new requests wait with the others. */
const ROUNDS_DOWN = 3

/** One of the two lines, and the requests that wait for it. */
export class Line {
  /** Failures in a row, without those whose request began before the last counted failure. */
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

  /** Why the line counts as down, if it does. */
  get trouble(): UploadError | undefined {
    return this.#rounds >= ROUNDS_DOWN ? this.#error : undefined
  }

  /** @param startedAt - When the request began, by the monotonic clock. */
  failed(error: UploadError, startedAt: number): void {
    const now = this.#effects.monotonicMs()
    if (this.#rounds === 0) this.#downSince = now
    this.#error = error
    if (startedAt < this.#roundAt) return
    this.#rounds += 1
    this.#roundAt = now
  }

  /**
   * Some request has succeeded: all that wait go on.
   *
   * @returns Whether the line had failed before.
   */
  succeeded(): boolean {
    const hadFailed = this.#rounds > 0
    this.#rounds = 0
    this.#roundAt = Number.NEGATIVE_INFINITY
    this.#stop()
    for (const sleeper of this.#sleepers) sleeper.wake('back')
    return hadFailed
  }

  /** Waiting does not help: all that wait fail. */
  giveUp(error: UploadError): void {
    this.#rounds = 0
    this.#stop()
    for (const sleeper of this.#sleepers) sleeper.fail(error)
  }

  /** Makes the next try now. */
  hurry(): void {
    this.#stop()
    this.#serve()
  }

  /** Waits for a turn, or until the line is back. @throws The signal's reason when it fires. */
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

  /** The request that has waited longest tries, with those of its group. */
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
    // This request may hang, so the next one does not wait for its end.
    this.#schedule()
  }
}

/** Both lines. */
export class LinePair {
  readonly signer: Line
  readonly storage: Line
  readonly #online: Effects['online']
  /** The platform has said wrongly that there is no network: not believed until it says otherwise. */
  #isWronglyOffline = false

  constructor(effects: Effects) {
    this.#online = effects.online
    this.signer = new Line(effects)
    this.storage = new Line(effects)
  }

  /** Whether there is a network, as far as the platform can be believed. */
  get isOnline(): boolean {
    return this.#isWronglyOffline || this.#online.isOnline()
  }

  /** A request that began offline has succeeded. */
  doubtOffline(): void {
    if (this.isOnline) return
    this.#isWronglyOffline = true
    const believe = () => {
      this.#isWronglyOffline = false
    }
    this.#online.whenOnline(new AbortController().signal).then(believe, believe)
  }

  /** A request has succeeded. When one side is back, the other may be back too. */
  succeeded(side: Side): void {
    if (this[side].succeeded()) this[side === 'signer' ? 'storage' : 'signer'].hurry()
  }
}

/** Waits until the network comes back, `mostMs` at most. */
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
 * Computes the pause before the next attempt.
 *
 * @param failures - How often it has failed, from 1.
 * @param random - 0 to below 1.
 * @returns Milliseconds, from 0 to twice as much for each failure, `capMs` and 30 s at most.
 */
export function backoffMs(failures: number, capMs: number, random: () => number): number {
  return random() * Math.min(CAP_MS, capMs, BASE_MS * 2 ** (Math.max(1, failures) - 1))
}
