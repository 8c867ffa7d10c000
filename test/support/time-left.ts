/**
 * Time that is left, as Lambda and other callers tell it, and that passes without a clock.
 *
 * @module
 */

import { onTestFinished, vi } from 'vitest'
import type { HungStorage } from './hung-storage.ts'

/**
 * Returns how many milliseconds are left. They pass as time limits do: each one ends as soon as the
 * storage has heard the request. So a test is the same on a machine that has no time for it.
 */
export function timeLeft(leftMs: number, { heard }: Pick<HungStorage, 'heard'>): () => number {
  let left = leftMs
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((limitMs) => {
    const limit = new AbortController()
    left -= limitMs
    void heard.then(() => limit.abort(new DOMException('timed out', 'TimeoutError')))
    return limit.signal
  })
  onTestFinished(() => void vi.restoreAllMocks())
  return () => left
}
