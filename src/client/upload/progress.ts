/**
 * Progress that a user may trust: it never runs back, it is whole only when S3 has confirmed the
 * object, and its rate is smooth.
 *
 * @module
 */

/** How far an upload is. */
export interface Progress {
  /** Bytes that have left, of those that count; less than `total` until the upload is done. */
  readonly sent: number
  /** Bytes of the file. */
  readonly total: number
  /** 0 to 0.99, and 1 only when the upload is done, so that no rounding says 100 % early. */
  readonly fraction: number
  /** Smoothed over some seconds; missing until there is something to say. */
  readonly bytesPerSecond?: number
  /** At that rate. */
  readonly remainingSeconds?: number
}

/** How long a change of rate takes to show, by about two thirds. */
const SMOOTHING_SECONDS = 4
/** Bytes leave in bursts: over less time a rate says nothing. */
const MIN_SAMPLE_SECONDS = 0.25
/** Ten times a second is as often as an eye can follow; some browsers report every 8 KiB. */
const MIN_INTERVAL_MS = 100
const MAX_UNCONFIRMED = 0.99

/** Turns reports of sent bytes into progress with a smooth rate. */
export class ProgressMeter {
  #sent = 0
  #rate: number | undefined
  #sample: { readonly sent: number; readonly at: number } | undefined
  #told = Number.NEGATIVE_INFINITY
  readonly #total: number
  readonly #now: () => Date

  /** @param total - Bytes of the file. */
  constructor(total: number, now: () => Date) {
    this.#total = total
    this.#now = now
  }

  /** @param sent - Bytes that S3 has already: they are progress, but say nothing of the line. */
  startAt(sent: number): void {
    this.#sent = Math.max(this.#sent, sent)
    this.#sample = undefined
    this.#rate = undefined
  }

  /**
   * @param sent - Bytes that have left; fewer than before when a request failed.
   * @returns Whether it is time to tell.
   */
  update(sent: number): boolean {
    const at = this.#now().getTime()
    const before = this.#sent
    this.#sent = Math.max(before, Math.min(sent, this.#total))
    this.#measure(at, before)
    if (this.#sent === before || at - this.#told < MIN_INTERVAL_MS) return false
    this.#told = at
    return true
  }

  #measure(at: number, before: number): void {
    this.#sample ??= { sent: before, at }
    const seconds = (at - this.#sample.at) / 1000
    if (seconds < MIN_SAMPLE_SECONDS) return
    const rate = (this.#sent - this.#sample.sent) / seconds
    const weight = 1 - Math.exp(-seconds / SMOOTHING_SECONDS)
    this.#rate = this.#rate === undefined ? rate : this.#rate + weight * (rate - this.#rate)
    this.#sample = { sent: this.#sent, at }
  }

  read(done = false): Progress {
    const total = this.#total
    if (done) return { sent: total, total, fraction: 1 }
    const sent = Math.max(0, Math.min(this.#sent, total - 1))
    const fraction = total > 0 ? Math.min(MAX_UNCONFIRMED, sent / total) : 0
    if (!this.#rate) return { sent, total, fraction }
    const remainingSeconds = (total - sent) / this.#rate
    return { sent, total, fraction, bytesPerSecond: this.#rate, remainingSeconds }
  }
}
