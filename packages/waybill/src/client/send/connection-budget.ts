/**
 * Limits an uploader's connections to S3, which all its uploads share. The limit adapts to the
 * network.
 *
 * @module
 */

import { abortable, type Effects } from '../effects.ts'

/**
 * Browsers open at most this many connections per host. Further requests wait inside the browser.
 */
export const BROWSER_CONNECTIONS = 6
/**
 * On networks that lose packets, twice as many connections are twice as fast. Used only in runtimes
 * that stream parts from disk, because others would hold twice as many parts in memory.
 */
export const STREAM_CONNECTIONS = 12
const FIRST_LIMIT = 3
/**
 * While bytes are moving, a connection is added at this interval. A request that takes longer
 * indicates a slow or lossy network, on which a single connection carries little data.
 */
const PATIENCE_MS = 300
/** After a failure or a `SlowDown` from S3, no connection is added for this long. */
const PATIENCE_AFTER_FAILURE_MS = 10_000
/** Every fourth connection goes to the oldest upload, and all others go to the smallest one. */
const TURNS = 4

export interface Requester {
  /** Size of the whole upload in bytes. */
  readonly size: number
  readonly order: number
}

/** `slow-down` means that S3 asked for fewer requests. */
export type ConnectionOutcome = 'succeeded' | 'failed' | 'slow-down' | 'unused'

/** Returns the connection to the budget. Call it exactly once. */
export type GiveBack = (outcome: ConnectionOutcome) => void

interface Waiting {
  readonly requester: Requester
  readonly take: (giveBack: GiveBack) => void
}

export class ConnectionBudget {
  #limit: number
  #inUse = 0
  #carried = 0
  #movedAt = Number.NEGATIVE_INFINITY
  #turn = 0
  #order = 0
  #patientUntil = Number.NEGATIVE_INFINITY
  readonly #max: number
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #waiting = new Set<Waiting>()

  constructor(max: number, monotonicMs: Effects['monotonicMs'], first = FIRST_LIMIT) {
    this.#max = max
    this.#monotonicMs = monotonicMs
    this.#limit = Math.min(first, max)
  }

  get limit(): number {
    return this.#limit
  }

  get isFull(): boolean {
    return this.#inUse >= this.#max
  }

  get max(): number {
    return this.#max
  }

  requester(size: number): Requester {
    this.#order += 1
    return { size, order: this.#order }
  }

  get carried(): number {
    return this.#carried
  }

  /** When any request last sent bytes or succeeded, on the monotonic clock. */
  get movedAt(): number {
    return this.#movedAt
  }

  moved(bytes: number): void {
    this.#carried += bytes
    this.#movedAt = this.#monotonicMs()
    if (this.#waiting.size === 0 || this.#limit >= this.#max) return
    if (this.#monotonicMs() < this.#patientUntil) return
    this.#change(this.#limit + 1, PATIENCE_MS)
    this.#serve()
  }

  acquire(requester: Requester, signal: AbortSignal): Promise<GiveBack> {
    return abortable(signal, (take) => {
      const waiting = { requester, take }
      this.#waiting.add(waiting)
      this.#serve()
      return () => this.#waiting.delete(waiting)
    })
  }

  #serve(): void {
    while (this.#inUse < this.#limit) {
      const next = this.#next()
      if (!next) return
      this.#waiting.delete(next)
      if (this.#inUse === 0) this.#change(this.#limit, PATIENCE_MS)
      this.#inUse += 1
      next.take((outcome) => this.#giveBack(outcome))
    }
  }

  #next(): Waiting | undefined {
    if (this.#waiting.size === 0) return undefined
    this.#turn = (this.#turn + 1) % TURNS
    const byAge = this.#turn === 0
    let best: Waiting | undefined
    for (const waiting of this.#waiting) {
      if (!best || isBefore(waiting.requester, best.requester, byAge)) best = waiting
    }
    return best
  }

  #giveBack(outcome: ConnectionOutcome): void {
    this.#inUse -= 1
    const wanted = this.#waiting.size > 0
    if (outcome === 'succeeded') this.#movedAt = this.#monotonicMs()
    if (outcome === 'succeeded' && wanted) this.#change(this.#limit + 1, PATIENCE_MS)
    if (outcome === 'failed') this.#change(this.#limit - 1, PATIENCE_AFTER_FAILURE_MS)
    if (outcome === 'slow-down') {
      this.#change(Math.floor(this.#limit / 2), PATIENCE_AFTER_FAILURE_MS)
    }
    this.#serve()
  }

  #change(limit: number, patienceMs: number): void {
    this.#limit = Math.min(this.#max, Math.max(1, limit))
    this.#patientUntil = Math.max(this.#patientUntil, this.#monotonicMs() + patienceMs)
  }
}

function isBefore(a: Requester, b: Requester, byAge: boolean): boolean {
  if (!byAge && a.size !== b.size) return a.size < b.size
  return a.order < b.order
}
