/**
 * How fast an upload moves, smoothed: what the last seconds brought counts most, one late chunk counts little.
 *
 * @module
 */

/** Time in which an old rate loses two thirds of its weight. */
const MEMORY_MS = 3_000

/** Shorter intervals say more about the timer than about the line. */
const MIN_INTERVAL_MS = 200

export interface Rate {
  /** @returns Bytes per second; 0 while it is not known. */
  update(sent: number, nowMs: number): number
  /** Forgets the interval that is running, for example after a pause. */
  restart(): void
}

export function createRate(): Rate {
  let last: { readonly sent: number; readonly atMs: number } | undefined
  let bytesPerSecond = 0
  return {
    update(sent, nowMs) {
      const elapsedMs = last ? nowMs - last.atMs : 0
      if (last && elapsedMs < MIN_INTERVAL_MS) return bytesPerSecond
      if (last) {
        const current = (Math.max(0, sent - last.sent) * 1000) / elapsedMs
        const weight = bytesPerSecond === 0 ? 1 : 1 - Math.exp(-elapsedMs / MEMORY_MS)
        bytesPerSecond += (current - bytesPerSecond) * weight
      }
      last = { sent, atMs: nowMs }
      return bytesPerSecond
    },
    restart() {
      last = undefined
    },
  }
}
