/**
 * Computes progress that never goes backwards and reaches 100% only when S3 has confirmed the
 * object. The rate is smoothed and counts only confirmed bytes.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** An upload's progress. `upload.progress` returns the same object until something changes. */
export interface Progress {
  /** The highest number of bytes sent so far. Stays below `total` until the upload is done. */
  readonly sent: number
  /**
   * Bytes stored in S3: complete parts or, after a single request, the whole file. The rest of
   * `sent` is in flight and would be lost in a reload.
   */
  readonly stored: number
  /** Size of the file in bytes. */
  readonly total: number
  /** From 0 to 0.99, then 1 when the upload is done, so that rounding never shows 100% early. */
  readonly fraction: number
  /**
   * Bytes in `sent` that were lost to a pause or a failure and must be sent again. Missing if there
   * are none.
   */
  readonly resending?: number
  /**
   * Rate of confirmed bytes, smoothed over a few seconds. Missing at the start and after five
   * seconds without a confirmed byte.
   */
  readonly bytesPerSecond?: number
  /** Estimated time until the remaining bytes are confirmed, at this rate. */
  readonly remainingSeconds?: number
}

/** Time constant: after this time, the rate reflects about two thirds of a change. */
const SMOOTHING_SECONDS = 4
/** Bytes are sent in bursts, so a rate measured over a shorter time is meaningless. */
const MIN_SAMPLE_SECONDS = 0.25
/** Some browsers report every 8 KiB, but users cannot follow more than ten updates a second. */
const MIN_INTERVAL_MS = 100
const MAX_UNCONFIRMED = 0.99
/** The rate is dropped when no byte has been confirmed for this long. */
export const MAX_SILENCE_MS = 5_000

export class ProgressMeter {
  #sent = 0
  /** Bytes sent, excluding those of failed requests. */
  #current = 0
  #stored = 0
  #confirmed = 0
  #rate: number | undefined
  #sample: { bytes: number; readonly since: number } | undefined
  #confirmedAt = Number.NEGATIVE_INFINITY
  #told = Number.NEGATIVE_INFINITY
  #progress: Progress | undefined
  readonly #total: number
  readonly #clock: Pick<Effects, 'monotonicMs' | 'wait'>
  #isWatched = false

  constructor(total: number, clock: Pick<Effects, 'monotonicMs' | 'wait'>) {
    this.#total = total
    this.#clock = clock
  }

  /** @param stored - Bytes that S3 already has. They do not count towards the rate. */
  startAt(stored: number): void {
    this.#sent = Math.max(this.#sent, stored)
    this.#current = stored
    this.#stored = stored
    this.#confirmed = stored
    this.interrupt()
  }

  /** Starts a measurement at `ms` on the monotonic clock, unless one is already running. */
  measureSince(ms: number): void {
    const at = this.#clock.monotonicMs()
    if (at - this.#confirmedAt >= MAX_SILENCE_MS) this.interrupt()
    this.#confirmedAt = at
    this.#sample ??= { bytes: 0, since: ms }
  }

  interrupt(): void {
    this.#sample = undefined
    this.#rate = undefined
    this.#progress = undefined
  }

  /**
   * @param sent - Bytes sent. Fewer than before if a request failed.
   * @param confirmed - Bytes in `sent` that have left the system's buffers. Also fewer after a
   *   failure.
   * @param stored - Bytes stored in S3.
   * @returns Whether a `progress` event is due.
   */
  update(sent: number, confirmed: number, stored = 0): boolean {
    const at = this.#clock.monotonicMs()
    const before = [this.#sent, this.#current, this.#stored].join()
    const isLost = sent < this.#current
    this.#current = Math.min(sent, this.#total)
    this.#sent = Math.max(this.#sent, this.#current)
    this.#stored = stored
    if (confirmed > this.#confirmed) this.#measure(at, confirmed - this.#confirmed)
    this.#confirmed = confirmed
    this.#progress = undefined
    const isSame = [this.#sent, this.#current, this.#stored].join() === before
    if (isSame || (!isLost && at - this.#told < MIN_INTERVAL_MS)) return false
    this.#told = at
    return true
  }

  /**
   * Counts bytes stored during a pause, when a part in flight may still finish.
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
      return // the upload was paused or has ended
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
