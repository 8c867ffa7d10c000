/**
 * Progress that users can trust: it never goes back, and it reaches 100 % only when S3 has
 * confirmed the object. It distinguishes bytes that S3 has from bytes in flight. The rate is
 * smoothed and counts only confirmed bytes.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** The progress of an upload. It stays the same object until something changes. */
export interface Progress {
  /** The largest number of bytes sent so far. Less than `total` until the upload is done. */
  readonly sent: number
  /**
   * Bytes that S3 has: all stored parts, or the whole file once a single request has stored it. The
   * rest of `sent` is in flight, and a reload would lose it.
   */
  readonly stored: number
  /** Bytes of the file. */
  readonly total: number
  /** 0 to 0.99, and 1 only when the upload is done, so that rounding never shows 100 % early. */
  readonly fraction: number
  /**
   * Bytes of `sent` that a pause or a failure has lost and that must be sent again. `sent` does not
   * change meanwhile. Missing if there are none.
   */
  readonly resending?: number
  /**
   * Rate of confirmed bytes, smoothed over some seconds. Missing at the beginning, and when no byte
   * was confirmed for five seconds.
   */
  readonly bytesPerSecond?: number
  /** Time that the unconfirmed bytes need at this rate. */
  readonly remainingSeconds?: number
}

/** After this time, the rate shows about two thirds of a change. */
const SMOOTHING_SECONDS = 4
/** Bytes are sent in bursts, so a rate measured over less time means nothing. */
const MIN_SAMPLE_SECONDS = 0.25
/** Eyes cannot follow more than ten updates a second, but some browsers report every 8 KiB. */
const MIN_INTERVAL_MS = 100
const MAX_UNCONFIRMED = 0.99
/** An upload has no rate if no byte was confirmed for this long. */
const MAX_SILENCE_MS = 5_000

/** Turns reports of sent bytes into progress with a smooth rate. */
export class ProgressMeter {
  #sent = 0
  /** Bytes sent, without those of failed requests, which have to be sent again. */
  #current = 0
  #stored = 0
  #confirmed = 0
  #rate: number | undefined
  /** The current sample: bytes that were confirmed, and since when. */
  #sample: { bytes: number; readonly since: number } | undefined
  #confirmedAt = Number.NEGATIVE_INFINITY
  #told = Number.NEGATIVE_INFINITY
  #progress: Progress | undefined
  readonly #total: number
  readonly #clock: Pick<Effects, 'monotonicMs' | 'wait'>
  #isWatched = false

  /** @param total - Bytes of the file. */
  constructor(total: number, clock: Pick<Effects, 'monotonicMs' | 'wait'>) {
    this.#total = total
    this.#clock = clock
  }

  /** @param stored - Bytes that S3 already has; not part of the rate. */
  startAt(stored: number): void {
    this.#sent = Math.max(this.#sent, stored)
    this.#current = stored
    this.#stored = stored
    this.#confirmed = stored
    this.interrupt()
  }

  /** Makes the next measurement start at `ms` on the monotonic clock, unless one is running. */
  measureSince(ms: number): void {
    const at = this.#clock.monotonicMs()
    if (at - this.#confirmedAt >= MAX_SILENCE_MS) this.interrupt()
    this.#confirmedAt = at
    this.#sample ??= { bytes: 0, since: ms }
  }

  /** Drops the rate. Call this when nothing is being sent any more. */
  interrupt(): void {
    this.#sample = undefined
    this.#rate = undefined
    this.#progress = undefined
  }

  /**
   * @param sent - Bytes that have been sent; fewer than before when a request failed.
   * @param confirmed - Those of them that have also left the system's buffers; also fewer than
   *   before when a request failed.
   * @param stored - Bytes that S3 has.
   * @returns Whether it is time for a `progress` event.
   */
  update(sent: number, confirmed: number, stored = 0): boolean {
    const at = this.#clock.monotonicMs()
    const before = [this.#sent, this.#current, this.#stored].join()
    const isLost = sent < this.#current
    this.#current = Math.min(sent, this.#total)
    this.#sent = Math.max(this.#sent, this.#current)
    this.#stored = stored
    // Bytes of a failed request count again when they are sent again.
    if (confirmed > this.#confirmed) this.#measure(at, confirmed - this.#confirmed)
    this.#confirmed = confirmed
    this.#progress = undefined
    const isSame = [this.#sent, this.#current, this.#stored].join() === before
    if (isSame || (!isLost && at - this.#told < MIN_INTERVAL_MS)) return false
    this.#told = at
    return true
  }

  /**
   * Counts bytes that S3 stored during a pause, when a part in flight may still finish.
   *
   * @returns Whether S3 has more bytes than before.
   */
  noteStored(stored: number): boolean {
    if (stored <= this.#stored) return false
    this.#stored = stored
    this.#progress = undefined
    return true
  }

  #measure(at: number, bytes: number): void {
    if (at - this.#confirmedAt >= MAX_SILENCE_MS) this.interrupt()
    this.#confirmedAt = at
    if (!this.#sample) {
      // It is unknown how long these bytes took, so the measurement starts after them.
      this.#sample = { bytes: 0, since: at }
      return
    }
    this.#sample.bytes += bytes
    const seconds = (at - this.#sample.since) / 1000
    if (seconds < MIN_SAMPLE_SECONDS) return
    const rate = this.#sample.bytes / seconds
    const weight = 1 - Math.exp(-seconds / SMOOTHING_SECONDS)
    this.#rate = this.#rate === undefined ? rate : this.#rate + weight * (rate - this.#rate)
    this.#sample = { bytes: 0, since: at }
  }

  /**
   * Drops the rate once no byte has been confirmed for several seconds. Does nothing if there is no
   * rate, or if the meter is already watched.
   *
   * @param onSilence - Called when the rate has been dropped.
   */
  async watch(onSilence: () => void, signal: AbortSignal): Promise<void> {
    if (this.#isWatched || this.#rate === undefined) return
    this.#isWatched = true
    const { wait, monotonicMs } = this.#clock
    try {
      let heardAt: number
      do {
        heardAt = this.#confirmedAt
        await wait(Math.max(0, Math.ceil(heardAt + MAX_SILENCE_MS - monotonicMs())), signal)
      } while (this.#confirmedAt > heardAt)
    } catch {
      return // paused or over
    } finally {
      this.#isWatched = false
    }
    this.interrupt()
    onSilence()
  }

  read(isDone = false): Progress {
    if (!this.#progress || (isDone && this.#progress.fraction < 1)) {
      this.#progress = this.#describe(isDone)
    }
    return this.#progress
  }

  #describe(isDone: boolean): Progress {
    const total = this.#total
    if (isDone) return { sent: total, stored: total, total, fraction: 1 }
    const sent = Math.max(0, Math.min(this.#sent, total - 1))
    const stored = Math.min(this.#stored, sent)
    const fraction = total > 0 ? Math.min(MAX_UNCONFIRMED, sent / total) : 0
    const resending = this.#sent - this.#current
    const known = { sent, stored, total, fraction, ...(resending > 0 ? { resending } : {}) }
    if (!this.#rate) return known
    const remainingSeconds = (total - this.#confirmed) / this.#rate
    return { ...known, bytesPerSecond: this.#rate, remainingSeconds }
  }
}
