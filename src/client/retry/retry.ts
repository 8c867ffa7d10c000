/**
 * Makes a request again until it succeeds or its failure stands, as `remedies.ts` says; waits while
 * there is no network.
 *
 * Pauses grow exponentially with full jitter, so that many clients that failed together do not come
 * back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { UploadEvents } from '../upload/upload-state.ts'
import type { Treatment } from './remedies.ts'

/** `navigator.onLine` is wrong on some machines: after this long offline, try all the same. */
const MAX_OFFLINE_MS = 30_000
const BASE_MS = 250
const CAP_MS = 30_000

/** How a request is made again, and what ends that. */
export interface RetryOptions {
  readonly effects: Effects
  readonly signal: AbortSignal
  readonly treat: (error: UploadError) => Treatment
  /** Drops the signature that no longer works. */
  readonly reSign?: () => void
  readonly onRetry?: (event: UploadEvents['retry']) => void
}

/**
 * @throws {UploadError} The failure that stands.
 * @throws The signal's reason when it fires.
 */
export async function retry<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { effects, signal, treat, reSign, onRetry } = options
  const counts = new Map<UploadErrorCode, number>()
  for (let failures = 0; ; ) {
    if (!effects.online.isOnline()) await waitForNetwork(effects, MAX_OFFLINE_MS, signal)
    try {
      return await attempt()
    } catch (thrown) {
      signal.throwIfAborted()
      const error = toUploadError(thrown)
      const { remedy, attempts } = treat(error)
      const isQueued = remedy === 'queue'
      if (!isQueued && remedy !== 'retry' && remedy !== 're-sign') throw error
      // What fails because the network is away says nothing of the request.
      if (effects.online.isOnline()) {
        if (!isQueued) failures += 1
        // Each kind has its own measure: a wrong clock is not worse after four broken connections.
        const count = (counts.get(error.code) ?? 0) + 1
        counts.set(error.code, count)
        if (count >= attempts) throw error
      }
      if (remedy === 're-sign') reSign?.()
      const delayMs = backoffMs(Math.max(1, failures), effects.random)
      onRetry?.({ error, delayMs })
      await waitForNetwork(effects, delayMs, signal)
    }
  }
}

/** Waits until the network comes back, `mostMs` at most. */
async function waitForNetwork(
  { online, wait }: Effects,
  mostMs: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  try {
    await Promise.race([online.whenOnline(either), wait(mostMs, either)])
  } finally {
    over.abort()
  }
}

/** What is no `UploadError` is a fault of ours or of an effect that was given. */
export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('INTERNAL_ERROR', 'the client failed, not the signer: see cause', {
    cause: thrown,
  })
}

/**
 * Computes the pause before the next attempt.
 *
 * @param failures - How often the request has failed, from 1.
 * @param random - 0 to below 1.
 * @returns Milliseconds, from 0 to twice as much for each failure, 30 s at most.
 */
function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1))
}
