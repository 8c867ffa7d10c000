/**
 * Counts quotas in the memory of this process, for a single server, for development and for tests.
 *
 * @module
 */

import {
  fitsInto,
  type QuotaAmount,
  type QuotaStore,
  type QuotaWindow,
  remainingOf,
} from './quota-store.ts'

/**
 * A count outlives its window by this much, for calls that began in it. Times come from a monotonic
 * clock: if the system clock was ahead for a while and is corrected, a window is not granted twice.
 */
const KEPT_MS = 3_600_000
const NOTHING: QuotaAmount = { files: 0, size: 0 }

interface Count {
  readonly used: QuotaAmount
  readonly forgetAtMs: number
}

/**
 * Creates a store that forgets its counts when the process ends. Each process counts separately, so
 * two processes grant twice as much.
 *
 * @param effects - For tests: a monotonic clock in milliseconds.
 * @example
 * ```ts
 * const signer = createSigner({ ...options, quotas: memoryQuotas() })
 * ```
 */
export function memoryQuotas({
  monotonicMs = () => performance.now(),
}: {
  readonly monotonicMs?: () => number
} = {}): QuotaStore {
  const counts = new Map<string, Count>()
  let sweptAtMs = Number.NEGATIVE_INFINITY
  const usedOf = ({ id }: QuotaWindow) => counts.get(id)?.used ?? NOTHING
  const count = ({ id, startsAt, endsAt }: QuotaWindow, used: QuotaAmount) => {
    const lengthMs = endsAt.getTime() - startsAt.getTime()
    counts.set(id, { used, forgetAtMs: monotonicMs() + lengthMs + KEPT_MS })
  }
  /** Runs at most once an hour. */
  const sweep = () => {
    const nowMs = monotonicMs()
    if (nowMs - sweptAtMs < KEPT_MS) return
    sweptAtMs = nowMs
    for (const [id, { forgetAtMs }] of counts) if (forgetAtMs <= nowMs) counts.delete(id)
  }
  return {
    take: async (window, amount) => {
      sweep()
      const used = usedOf(window)
      const isTaken = fitsInto(amount, remainingOf(window.limits, used))
      if (isTaken) count(window, sum(used, amount))
      return { isTaken, remaining: remainingOf(window.limits, usedOf(window)) }
    },
    giveBack: async (window, amount) => {
      // A count that was swept away cannot be given back.
      if (counts.has(window.id)) count(window, remainingOf(usedOf(window), amount))
    },
    remaining: async (window) => remainingOf(window.limits, usedOf(window)),
  }
}

function sum(a: QuotaAmount, b: QuotaAmount): QuotaAmount {
  return { files: a.files + b.files, size: a.size + b.size }
}
