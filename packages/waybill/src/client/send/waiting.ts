/**
 * Determines why an upload is waiting: its requests are between attempts, their bytes have stalled,
 * or the network is down.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** Why an upload makes no progress, since when, and until when. */
export interface Waiting {
  /**
   * - `offline`: there is no network.
   * - `signer`, `storage`: the signer or the storage fails or does not respond.
   * - `stalled`: requests are open, but no byte of any upload has been transferred for five
   *   seconds.
   */
  readonly reason: 'offline' | 'signer' | 'storage' | 'stalled'
  readonly since: Date
  /** Time of the next attempt. Missing during an attempt and while offline. */
  readonly until?: Date
  /** The last failure, or its likely cause. Missing if `offline` or `stalled`. */
  readonly error?: UploadError
}

/** A request that sends bytes. It includes the wait for a connection. */
export interface Flight {
  /** Set to `false` while the request waits for its signature. */
  readonly setReady: (isReady: boolean) => void
  readonly moved: () => void
  readonly stalled: (since: Date) => void
  readonly over: () => void
}

/** Maximum time between the end of one part and the start of the next. */
const SETTLING_MS = 250

export class Waits {
  readonly #waiting = new Map<object, Waiting>()
  /** Requests in flight or waiting for a connection. */
  readonly #underWay = new Set<Flight>()
  /** When each request stalled, or `undefined` while its bytes are moving. */
  readonly #sending = new Map<Flight, Date | undefined>()
  /** When the upload stalled. New attempts do not reset this until bytes move. */
  #stalledSince: Date | undefined
  readonly #effects: Effects
  readonly #signal: AbortSignal
  readonly #onChange: (waiting: Waiting | undefined) => void
  #reported: string | undefined

  constructor(
    effects: Effects,
    signal: AbortSignal,
    onChange: (waiting: Waiting | undefined) => void,
  ) {
    this.#effects = effects
    this.#signal = signal
    this.#onChange = onChange
  }

  /** Call this when a request starts waiting, and again when it is retried. */
  set(request: object, waiting: Waiting): void {
    this.#waiting.set(request, waiting)
    if (this.#reported) this.#report()
    else this.#reportIfIdle()
  }

  clear(request: object): void {
    if (this.#waiting.delete(request) && this.#reported) this.#report()
  }

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
        if (this.#stalled) this.#report()
      },
      over: () => {
        this.#underWay.delete(flight)
        this.#sending.delete(flight)
        if (this.#waiting.size === 0) return
        // The next request may be about to start.
        this.#effects.wait(SETTLING_MS, this.#signal).then(
          () => this.#reportIfIdle(),
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
    // Without `whenOffline`, only failing requests reveal a lost network.
    if (!online.whenOffline) return
    try {
      for (;;) {
        if (online.isOnline()) await online.whenOffline(signal)
        // Requests in flight hang while offline. If their bytes move, the platform was wrong about
        // being offline.
        this.#waiting.set(this, { reason: 'offline', since: now() })
        this.#report()
        await online.whenOnline(signal)
        this.clear(this)
      }
    } catch {
      // The run is over.
    }
  }

  #reportIfIdle(): void {
    const isIdle = [...this.#underWay].every((flight) => this.#sending.get(flight))
    if (isIdle) this.#report()
  }

  get #stalled(): Waiting | undefined {
    const times = [...this.#sending.values()].map((since) => since?.getTime())
    if (times.length === 0 || times.includes(undefined)) return undefined
    this.#stalledSince ??= new Date(Math.max(...times.map((time) => time ?? 0)))
    return { reason: 'stalled', since: this.#stalledSince }
  }

  #report(): void {
    const all = [...this.#waiting.values()]
    const [first] = all
    const offline = all.find(({ reason }) => reason === 'offline')
    if (!first || offline) {
      this.#say(offline ?? this.#stalled)
      return
    }
    const now = this.#effects.now().getTime()
    // Some requests may not have a time for their next attempt yet.
    const tries = all.map(({ until }) => until?.getTime() ?? 0).filter((at) => at > now)
    const { until: _, ...waiting } = first
    const next = tries.length > 0 ? { until: new Date(Math.min(...tries)) } : {}
    this.#say({ ...waiting, ...next })
  }

  #say(waiting: Waiting | undefined): void {
    const text = JSON.stringify(waiting)
    if (text === this.#reported) return
    this.#reported = text
    this.#onChange(waiting)
  }
}
