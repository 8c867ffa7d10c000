/**
 * How long to wait before a request is made again: exponential with full jitter, so that many clients that failed
 * together do not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @module
 */

const BASE_MS = 250
const CAP_MS = 30_000

/**
 * @param failures - How often the request has failed, from 1.
 * @param random - 0 to below 1.
 * @returns Milliseconds, from 0 to twice as much for each failure, 30 s at most.
 */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1))
}
