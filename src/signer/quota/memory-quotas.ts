/**
 * Counts quotas in the memory of this process: for one server, for development and for tests.
 *
 * @module
 */

import { fitsInto, remainingOf } from './quota-amount.ts'
import type { QuotaAmount, QuotaStore, QuotaWindow } from './quota-store.ts'

/** A count is kept that much longer than its window, for calls that began in it and slow clocks. */
const KEPT_MS = 3_600_000
const NOTHING: QuotaAmount = { files: 0, size: 0 }

interface Count {
  readonly used: QuotaAmount
  readonly endsAt: Date
}

/**
 * Makes a store that forgets its counts when the process ends. Each process counts on its own: two
 * of them grant twice as much.
 *
 * @example
 * ```ts
 * const signer = createSigner({ ...options, quotas: memoryQuotas() })
 * ```
 */
export function memoryQuotas(): QuotaStore {
  const counts = new Map<string, Count>()
  let sweptAt = Number.NEGATIVE_INFINITY
  const usedOf = ({ id }: QuotaWindow) => counts.get(id)?.used ?? NOTHING
  const count = ({ id, endsAt }: QuotaWindow, used: QuotaAmount) => counts.set(id, { used, endsAt })
  /** Once for each new window: what has ended before it is forgotten. */
  const sweep = ({ startsAt }: QuotaWindow) => {
    const now = startsAt.getTime()
    if (now <= sweptAt) return
    sweptAt = now
    for (const [id, { endsAt }] of counts) {
      if (endsAt.getTime() + KEPT_MS <= now) counts.delete(id)
    }
  }
  return {
    take: async (window, amount) => {
      sweep(window)
      const used = usedOf(window)
      const isTaken = fitsInto(amount, remainingOf(window.limits, used))
      if (isTaken) count(window, sum(used, amount))
      return { isTaken, remaining: remainingOf(window.limits, usedOf(window)) }
    },
    giveBack: async (window, amount) => {
      // What was swept away cannot be given back.
      if (counts.has(window.id)) count(window, remainingOf(usedOf(window), amount))
    },
    remaining: async (window) => remainingOf(window.limits, usedOf(window)),
  }
}

function sum(a: QuotaAmount, b: QuotaAmount): QuotaAmount {
  return { files: a.files + b.files, size: a.size + b.size }
}
