/**
 * Finds out why one upload waits: its requests wait for their next attempt, their bytes have
 * stopped moving, or there is no network.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** Why an upload makes no progress, since when, and when the next attempt is. */
export interface Waiting {
  /**
   * `offline`: there is no network. `signer`, `storage`: this server fails or does not answer.
   * `stalled`: requests are open, but no byte has moved for five seconds.
   */
  readonly reason: 'offline' | 'signer' | 'storage' | 'stalled'
  readonly since: Date
  /** Time of the next attempt; missing during an attempt and while there is no network. */
  readonly until?: Date
  /** The last failure, or its likely cause. Missing if `offline` or `stalled`. */
  readonly error?: UploadError
}

/** A request with bytes, from the wait for a connection until the request is over. */
export interface Flight {
  /** Call this with whether the request has its signature. */
  readonly setReady: (isReady: boolean) => void
  /** Call this when some of the request's bytes have been sent. */
  readonly moved: () => void
  /** Call this when none of the request's bytes has moved since then. */
  readonly stalled: (since: Date) => void
  readonly over: () => void
}

/** Longest time between the end of a part and the beginning of the next. */
const SETTLING_MS = 250

/** Keeps track of one upload's requests: which are waiting, and which are in flight. */
export class Waits {
  readonly #waiting = new Map<object, Waiting>()
  /** In flight or waiting for a connection. */
  readonly #underWay = new Set<Flight>()
  /** Since when no byte of each sending request has moved; `undefined` while bytes move. */
  readonly #sending = new Map<Flight, Date | undefined>()
  /** Since when nothing has moved, including during later attempts. */
  #stalledSince: Date | undefined
  readonly #effects: Effects
  readonly #signal: AbortSignal
  readonly #onChange: (waiting: Waiting | undefined) => void
  /** What `onChange` was last called with, as JSON. */
  #told: string | undefined

  /**
   * @param signal - Stops all watching.
   * @param onChange - Called with why the upload waits, and with `undefined` when it continues.
   */
  constructor(
    effects: Effects,
    signal: AbortSignal,
    onChange: (waiting: Waiting | undefined) => void,
  ) {
    this.#effects = effects
    this.#signal = signal
    this.#onChange = onChange
  }

  /** Call this when a request waits, or is being retried but has not succeeded yet. */
  set(request: object, waiting: Waiting): void {
    this.#waiting.set(request, waiting)
    if (this.#told) this.#tell()
    else this.#tellIfIdle()
  }

  /** Call this when a request no longer waits. */
  clear(request: object): void {
    if (this.#waiting.delete(request) && this.#told) this.#tell()
  }

  /** Call this when a request with bytes begins. */
  begin(): Flight {
    const flight: Flight = {
      setReady: (isReady) => {
        if (isReady) {
          this.#underWay.add(flight)
          this.#sending.set(flight, undefined)
        } else this.#underWay.delete(flight)
      },
      moved: () => {
        this.#sending.set(flight, undefined)
        this.#stalledSince = undefined
        this.#say(undefined)
      },
      stalled: (since) => {
        this.#sending.set(flight, since)
        if (this.#stalled) this.#tell()
      },
      over: () => {
        this.#underWay.delete(flight)
        this.#sending.delete(flight)
        if (this.#waiting.size === 0) return
        // The next request may be about to begin.
        this.#effects.wait(SETTLING_MS, this.#signal).then(
          () => this.#tellIfIdle(),
          () => {}, // the run is over
        )
      },
    }
    this.#underWay.add(flight)
    return flight
  }

  async watchNetwork(): Promise<void> {
    const { online, now } = this.#effects
    const signal = this.#signal
    // On other platforms, only failing requests show that the network is lost.
    if (!online.whenOffline) return
    try {
      for (;;) {
        if (online.isOnline()) await online.whenOffline(signal)
        // Requests in flight hang now. If their bytes move, the platform was wrong.
        this.#waiting.set(this, { reason: 'offline', since: now() })
        this.#tell()
        await online.whenOnline(signal)
        this.clear(this)
      }
    } catch {
      // The run is over.
    }
  }

  #tellIfIdle(): void {
    const isIdle = [...this.#underWay].every((flight) => this.#sending.get(flight))
    if (isIdle) this.#tell()
  }

  /** Set if all open requests have stalled. */
  get #stalled(): Waiting | undefined {
    const times = [...this.#sending.values()].map((since) => since?.getTime())
    if (times.length === 0 || times.includes(undefined)) return undefined
    this.#stalledSince ??= new Date(Math.max(...times.map((time) => time ?? 0)))
    return { reason: 'stalled', since: this.#stalledSince }
  }

  #tell(): void {
    const all = [...this.#waiting.values()]
    const [first] = all
    const offline = all.find(({ reason }) => reason === 'offline')
    if (!first || offline) {
      this.#say(offline ?? this.#stalled)
      return
    }
    const now = this.#effects.now().getTime()
    // Some of the requests that wait together do not know the time of the next attempt yet.
    const tries = all.map(({ until }) => until?.getTime() ?? 0).filter((at) => at > now)
    const { until: _, ...waiting } = first
    const next = tries.length > 0 ? { until: new Date(Math.min(...tries)) } : {}
    this.#say({ ...waiting, ...next })
  }

  #say(waiting: Waiting | undefined): void {
    const text = JSON.stringify(waiting)
    if (text === this.#told) return
    this.#told = text
    this.#onChange(waiting)
  }
}
