import {
  fitsInto,
  type QuotaAmount,
  type QuotaStore,
  type QuotaWindow,
  remainingOf,
} from './quota-store.ts'

/**
 * Counts are kept this long after their window ends. Their age is measured with a monotonic clock,
 * so correcting a system clock that was ahead does not reset a count.
 */
const KEPT_MS = 3_600_000
const NOTHING: QuotaAmount = { files: 0, size: 0 }

interface Count {
  readonly used: QuotaAmount
  readonly forgetAtMs: number
}

/**
 * Creates a quota store that keeps its counts in memory, for a single server, development and
 * tests. The counts are lost when the process ends. Each process counts separately, so two
 * processes grant twice the quota.
 *
 * @param effects - Replaces the monotonic clock (in milliseconds) in tests.
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
      // A count that has been deleted cannot be reduced.
      if (counts.has(window.id)) count(window, remainingOf(usedOf(window), amount))
    },
    remaining: async (window) => remainingOf(window.limits, usedOf(window)),
  }
}

function sum(a: QuotaAmount, b: QuotaAmount): QuotaAmount {
  return { files: a.files + b.files, size: a.size + b.size }
}
