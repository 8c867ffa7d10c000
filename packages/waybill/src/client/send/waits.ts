/**
 * Finds out what one upload waits for: its requests wait for their next attempt, their bytes have
 * stopped, or there is no network.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** Why nothing of an upload moves, since when, and when the next attempt is. */
export interface Waiting {
  /**
   * `offline`: there is no network. `signer`, `storage`: it fails or does not answer. `stalled`:
   * requests are open, but no byte has moved for five seconds.
   */
  readonly reason: 'offline' | 'signer' | 'storage' | 'stalled'
  readonly since: Date
  /** The next attempt; missing during one, and while there is no network. */
  readonly until?: Date
  /** The last failure, or its likely cause. Missing if `offline` or `stalled`. */
  readonly error?: UploadError
}

/** A request with bytes, from waiting for a connection until its end. */
export interface Flight {
  /** Whether it has its signature. */
  readonly setReady: (isReady: boolean) => void
  /** Some of its bytes have left. */
  readonly moved: () => void
  /** None of its bytes has moved since then. */
  readonly stalled: (since: Date) => void
  readonly over: () => void
}

/** Between the end of a part and the beginning of the next. */
const SETTLING_MS = 250

/** The requests of one upload: which wait, which are in flight. */
export class Waits {
  readonly #waiting = new Map<object, Waiting>()
  /** In flight or waiting for a connection. */
  readonly #underWay = new Set<Flight>()
  /** Sending now → since when no byte has moved; `undefined` while bytes move. */
  readonly #sending = new Map<Flight, Date | undefined>()
  /** Since when nothing has moved, also through later attempts. */
  #stalledSince: Date | undefined
  readonly #effects: Effects
  readonly #signal: AbortSignal
  readonly #onChange: (waiting: Waiting | undefined) => void
  /** As JSON; missing if nothing waits. */
  #told: string | undefined

  /**
   * @param signal - Ends all watching.
   * @param onChange - Called with what the upload waits for; `undefined` when it continues.
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

  /** A request waits, or is being retried without success yet. */
  set(request: object, waiting: Waiting): void {
    this.#waiting.set(request, waiting)
    if (this.#told) this.#tell()
    else this.#tellIfIdle()
  }

  /** A request no longer waits. */
  clear(request: object): void {
    if (this.#waiting.delete(request) && this.#told) this.#tell()
  }

  /** A request with bytes begins. */
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
        // The next one may be about to begin.
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
    // On other platforms, failing requests show it.
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
    // Of requests that wait together, some do not know the time of the next attempt yet.
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
