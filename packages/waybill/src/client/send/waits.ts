/**
 * Finds out what one upload waits for: nothing of it moves when its requests wait for their next
 * try, when their bytes have stopped, or when there is no network.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** Why an upload does not move now, since when, and when it goes on. */
export interface Waiting {
  /**
   * `offline`: there is no network. `signer`, `storage`: this side does not answer, or fails now.
   * `stalled`: requests are open, but no byte has moved for five seconds.
   */
  readonly reason: 'offline' | 'signer' | 'storage' | 'stalled'
  readonly since: Date
  /** The next try; missing while one is made, and where the network must come back first. */
  readonly until?: Date
  /** How the last try failed, or its likely cause. Missing if `offline` or `stalled`. */
  readonly error?: UploadError
}

/** A request with bytes, from its wait for a connection to its end. */
export interface Flight {
  /** Tells whether it has its signature. */
  readonly setReady: (isReady: boolean) => void
  /** Bytes of it have crossed the line. */
  readonly moved: () => void
  /** No byte of it has moved since then. */
  readonly stalled: (since: Date) => void
  readonly over: () => void
}

/** Between the end of a part and the beginning of the next. */
const SETTLING_MS = 250

/** Knows which requests of one upload wait and which are under way. */
export class Waits {
  readonly #waiting = new Map<object, Waiting>()
  /** Also those that wait for a connection. */
  readonly #underWay = new Set<Flight>()
  /** Those whose bytes are being sent, and since when none has moved; `undefined` while they do. */
  readonly #sending = new Map<Flight, Date | undefined>()
  /** Since when nothing has moved, also through the tries that follow. */
  #stalledSince: Date | undefined
  readonly #effects: Effects
  readonly #signal: AbortSignal
  readonly #onChange: (waiting: Waiting | undefined) => void
  /** As JSON; missing where nothing waits. */
  #told: string | undefined

  /**
   * @param signal - Ends all watching.
   * @param onChange - Told what the upload waits for; `undefined` when it goes on.
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

  /** A request waits, or is tried again without a sign of success yet. */
  set(request: object, waiting: Waiting): void {
    this.#waiting.set(request, waiting)
    if (this.#told) this.#tell()
    else this.#tellIfIdle()
  }

  /** A request does not wait any more. */
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

  /** Follows the network's presence. */
  async watchNetwork(): Promise<void> {
    const { online, now } = this.#effects
    const signal = this.#signal
    // If the platform does not tell, failed requests do.
    if (!online.whenOffline) return
    try {
      for (;;) {
        if (online.isOnline()) await online.whenOffline(signal)
        // Requests under way hang. If their bytes move, the platform was wrong.
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

  /** That all open requests have stalled, if they have. */
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
    // Of requests that wait together, the last are not told of the next try yet.
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
