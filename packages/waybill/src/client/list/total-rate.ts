/**
 * Measures a list's combined rate. If only one upload is sending, its own rate is used, so that the
 * total and the item agree. Otherwise, all uploads are measured together, because small files
 * finish before they have a rate of their own.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { MAX_SILENCE_MS, type ProgressMeter } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import { isActive, isSending } from '../upload/upload-state.ts'
import type { MeasuredRate } from './total-progress.ts'
import type { UploadItem } from './upload-list.ts'

const CONFIRMED = new WeakMap<Upload, number>()

export class TotalRate {
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #meter: ProgressMeter
  readonly #onSilence: () => void
  /** When each upload started sending, on the monotonic clock. */
  readonly #sending = new Map<Upload, number>()
  #moved = 0
  #movedAt = Number.NEGATIVE_INFINITY
  #watch = new AbortController()

  constructor(meter: ProgressMeter, monotonicMs: Effects['monotonicMs'], onSilence: () => void) {
    this.#meter = meter
    this.#monotonicMs = monotonicMs
    this.#onSilence = onSilence
  }

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
    // The rate of small files is mostly latency, and says nothing about a larger one.
    const isLarger = (item: UploadItem) => isActive(item.state) && unconfirmedOf(item) > this.#moved
    if (!items.some(hasRate) && items.some(isLarger)) return { bytesPerSecond: together }
    return { bytesPerSecond: together, secondsLeft: secondsOf(items, together) }
  }

  note(upload: Upload): void {
    const { state, progress } = upload
    if (state === 'uploading' && !this.#sending.has(upload)) {
      // Bytes stored earlier say nothing about the current network.
      this.#sending.set(upload, this.#monotonicMs())
      CONFIRMED.set(upload, progress.stored)
      return
    }
    const { total, bytesPerSecond = 0, remainingSeconds } = progress
    if (state === 'done') {
      // A small file's bytes are confirmed all at once, so measure from the start of its upload.
      const since = this.#sending.get(upload)
      if (since !== undefined) this.#meter.measureSince(since)
      this.#confirm(upload, total)
    } else if (remainingSeconds !== undefined) {
      this.#confirm(upload, total - remainingSeconds * bytesPerSecond)
    }
    if (!isSending(state)) this.forget(upload)
  }

  forget(upload: Upload): void {
    if (this.#sending.delete(upload) && this.#sending.size === 0) this.#watch.abort()
  }

  #confirm(upload: Upload, confirmed: number): void {
    const bytes = confirmed - (CONFIRMED.get(upload) ?? confirmed)
    CONFIRMED.set(upload, confirmed)
    // The number shrinks if a request fails and its bytes must be sent again.
    if (bytes <= 0) return
    this.#moved += bytes
    this.#movedAt = this.#monotonicMs()
    this.#meter.update(this.#moved, this.#moved)
    if (this.#watch.signal.aborted) this.#watch = new AbortController()
    void this.#meter.watch(this.#onSilence, this.#watch.signal)
  }
}

function hasRate({ state, progress }: UploadItem): boolean {
  return state === 'uploading' && progress.bytesPerSecond !== undefined
}

function secondsOf(items: readonly UploadItem[], bytesPerSecond: number): number {
  const left = items.filter(({ state }) => isActive(state)).map(unconfirmedOf)
  return left.reduce((before, bytes) => before + bytes, 0) / bytesPerSecond
}

function unconfirmedOf({ upload, size }: UploadItem): number {
  return size - ((upload && CONFIRMED.get(upload)) ?? 0)
}
