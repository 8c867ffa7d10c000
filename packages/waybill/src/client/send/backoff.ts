/**
 * How long a request pauses before it is repeated.
 *
 * Pauses grow exponentially, with jitter so that clients that failed together do not all return at
 * once. Any pause ends early if the network comes back.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @module
 */

import type { Effects } from '../effects.ts'

const BASE_MS = 250
const CAP_MS = 30_000
/**
 * While a server is down, a pause lasts at most this long, or this fraction of the outage so far if
 * that is longer. The end of a 40-second outage is noticed within 2 s.
 */
const OUTAGE_CAP_MS = 1_500
const SHARE_OF_OUTAGE = 1 / 20
/** After this time offline, requests are tried anyway, because `navigator.onLine` may be wrong. */
export const MAX_OFFLINE_MS = 30_000

/**
 * Computes the pause of a request that fails while others succeed.
 *
 * @param failures - Number of failures so far, starting at 1.
 */
export function ownPauseMs(failures: number, { random }: Pick<Effects, 'random'>): number {
  return random() * longestMs(failures, CAP_MS)
}

/**
 * Computes the pause of all requests to a server that is down. It lasts at least half its maximum:
 * shorter ones would cause more attempts without noticing the end much earlier.
 */
export function outagePauseMs(
  failures: number,
  outageMs: number,
  { random }: Pick<Effects, 'random'>,
): number {
  const capMs = Math.max(OUTAGE_CAP_MS, outageMs * SHARE_OF_OUTAGE)
  return ((1 + random()) / 2) * longestMs(failures, Math.min(CAP_MS, capMs))
}

/** Doubles with each failure. */
function longestMs(failures: number, capMs: number): number {
  return Math.min(capMs, BASE_MS * 2 ** (Math.max(1, failures) - 1))
}

export async function waitForNetwork(
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
