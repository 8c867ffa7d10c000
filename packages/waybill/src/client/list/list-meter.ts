/**
 * The rate of all uploads of a list together. If only one is sending, it is that upload's own rate,
 * so that total and row agree. Otherwise it is measured over the confirmed bytes of all: small files
 * have no rate of their own, because each is over before it could be measured.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import type { ProgressMeter } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadState } from '../upload/upload-state.ts'
import type { UploadItem } from './snapshot.ts'
import { isActive, type MeasuredRate } from './totals.ts'

/** Without a confirmed byte for so long there is no rate, as with one upload. */
const MAX_SILENCE_MS = 5_000
const STOPPED: ReadonlySet<UploadState> = new Set([
  'queued',
  'hashing',
  'paused',
  'failed',
  'aborted',
  'done',
])

/** What S3 has confirmed of uploads, as far as their progress says. */
const CONFIRMED = new WeakMap<Upload, number>()

/** Measures the confirmed bytes of all uploads together. */
export class ListMeter {
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #meter: ProgressMeter
  readonly #onSilence: () => void
  /** Uploads that send, and since when. */
  readonly #sending = new Map<Upload, number>()
  #moved = 0
  #movedAt = Number.NEGATIVE_INFINITY
  #watch = new AbortController()

  /**
   * @param meter - Meter of a stream of bytes without an end.
   * @param onSilence - The rate has gone.
   */
  constructor(meter: ProgressMeter, monotonicMs: Effects['monotonicMs'], onSilence: () => void) {
    this.#meter = meter
    this.#monotonicMs = monotonicMs
    this.#onSilence = onSilence
  }

  /** @param items - Of the list: what is left of those that are under way takes time. */
  rateOf(items: readonly UploadItem[]): MeasuredRate {
    const [only, ...others] = items.filter(({ state }) => state === 'uploading')
    const alone = others.length === 0 ? only : undefined
    const { bytesPerSecond, remainingSeconds = 0 } = alone?.progress ?? {}
    if (bytesPerSecond !== undefined) {
      const rest = items.filter((item) => item !== alone)
      return { bytesPerSecond, secondsLeft: remainingSeconds + secondsOf(rest, bytesPerSecond) }
    }
    const silence = this.#monotonicMs() - this.#movedAt
    const together = this.#meter.read().bytesPerSecond
    if (silence >= MAX_SILENCE_MS || together === undefined) return {}
    return { bytesPerSecond: together, secondsLeft: secondsOf(items, together) }
  }

  /** Something of the upload has changed. */
  note(upload: Upload): void {
    const { state, progress } = upload
    if (state === 'uploading' && !this.#sending.has(upload)) {
      // Bytes of an earlier session are stored already, and say nothing about the line now.
      this.#sending.set(upload, this.#monotonicMs())
      CONFIRMED.set(upload, progress.stored)
      return
    }
    const { total, bytesPerSecond = 0, remainingSeconds } = progress
    if (state === 'done') {
      // A small file is confirmed all at once: its bytes took since its beginning to arrive.
      const since = this.#sending.get(upload)
      if (since !== undefined) this.#meter.measureSince(since)
      this.#confirm(upload, total)
    } else if (remainingSeconds !== undefined) {
      this.#confirm(upload, total - remainingSeconds * bytesPerSecond)
    }
    if (STOPPED.has(state)) this.forget(upload)
  }

  /** It sends nothing any more. */
  forget(upload: Upload): void {
    if (this.#sending.delete(upload) && this.#sending.size === 0) this.#watch.abort()
  }

  #confirm(upload: Upload, confirmed: number): void {
    const bytes = confirmed - (CONFIRMED.get(upload) ?? confirmed)
    CONFIRMED.set(upload, confirmed)
    // Fewer than before after a request failed: its bytes are sent again.
    if (bytes <= 0) return
    this.#moved += bytes
    this.#movedAt = this.#monotonicMs()
    this.#meter.update(this.#moved, this.#moved)
    if (this.#watch.signal.aborted) this.#watch = new AbortController()
    void this.#meter.watch(this.#onSilence, this.#watch.signal)
  }
}

/** The time that the unconfirmed bytes of uploads under way take at a rate. */
function secondsOf(items: readonly UploadItem[], bytesPerSecond: number): number {
  const left = items.filter(isActive).map(unconfirmedOf)
  return left.reduce((before, bytes) => before + bytes, 0) / bytesPerSecond
}

function unconfirmedOf({ upload, size }: UploadItem): number {
  return size - ((upload && CONFIRMED.get(upload)) ?? 0)
}
