/**
 * The connections to S3 that all uploads of an uploader share. Their number adapts to the line.
 * Small uploads go first, and every fourth connection goes to the oldest upload.
 *
 * @module
 */

import { abortable, type Effects } from '../effects.ts'

/** Browsers open no more to one host; more requests would wait inside the browser. */
export const BROWSER_CONNECTIONS = 6
/**
 * Where packets are lost, twice as many connections are twice as fast. Only for runtimes that read
 * parts while they send them: others would hold twice as many parts in memory.
 */
export const STREAM_CONNECTIONS = 12
const FIRST_LIMIT = 3
/**
 * When requests take longer, the line is slow or loses packets, and each connection carries little:
 * one more is tried, and then the next.
 */
const PATIENCE_MS = 300
/** How long no connection is added after a failure or after `SlowDown` of the store. */
const PATIENCE_AFTER_FAILURE_MS = 10_000
/** Every fourth connection goes to the oldest upload, the others to the smallest. */
const TURNS = 4

/** An upload that asks for connections, one for each of its requests. */
export interface Requester {
  /** Bytes of the whole upload. */
  readonly size: number
  /** Position in the order of beginning: later uploads have larger numbers. */
  readonly order: number
}

/** How a connection was used: `slow-down` is what S3 says when it is asked too often. */
export type ConnectionOutcome = 'succeeded' | 'failed' | 'slow-down' | 'unused'

/** To be called once; gives the connection back. */
export type GiveBack = (outcome: ConnectionOutcome) => void

interface Waiting {
  readonly requester: Requester
  readonly take: (giveBack: GiveBack) => void
}

/** Hands out connections, and adapts their number to the outcome of each. */
export class ConnectionBudget {
  #limit: number
  #inUse = 0
  #carried = 0
  #turn = 0
  #order = 0
  /** Before this time, sent bytes do not raise the limit. */
  #patientUntil = Number.NEGATIVE_INFINITY
  readonly #max: number
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #waiting = new Set<Waiting>()

  /** @param first - How many there may be before any has carried bytes. */
  constructor(max: number, monotonicMs: Effects['monotonicMs'], first = FIRST_LIMIT) {
    this.#max = max
    this.#monotonicMs = monotonicMs
    this.#limit = Math.min(first, max)
  }

  /** How many connections may be in use now. */
  get limit(): number {
    return this.#limit
  }

  /** Whether as many are in use as there may ever be. */
  get isFull(): boolean {
    return this.#inUse >= this.#max
  }

  get max(): number {
    return this.#max
  }

  /** @param size - Bytes of the upload. */
  requester(size: number): Requester {
    this.#order += 1
    return { size, order: this.#order }
  }

  /** Bytes that have left in all requests together. */
  get carried(): number {
    return this.#carried
  }

  /** Notes that bytes of some request have left. */
  moved(bytes: number): void {
    this.#carried += bytes
    if (this.#waiting.size === 0 || this.#limit >= this.#max) return
    if (this.#monotonicMs() < this.#patientUntil) return
    this.#change(this.#limit + 1, PATIENCE_MS)
    this.#serve()
  }

  /** Waits for this upload's turn. Rejects with the signal's reason when it fires before. */
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
