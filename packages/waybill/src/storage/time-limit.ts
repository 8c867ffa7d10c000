/**
 * How long the caller still waits. Calls to S3 end earlier, so that there is time to respond.
 *
 * @module
 */

/** The time left for a call. */
export interface TimeLimit {
  /**
   * Returns the milliseconds left; called before each attempt. On Lambda, use
   * `context.getRemainingTimeInMillis()`.
   * @default no limit
   */
  readonly remainingTimeMs?: () => number
}

/** Returns the milliseconds left; `Infinity` without a limit. */
export function timeLeftMs({ remainingTimeMs }: TimeLimit): number {
  return remainingTimeMs ? remainingTimeMs() : Number.POSITIVE_INFINITY
}

/** Combines two limits: the shorter one applies. */
export function shorterLimit(a: TimeLimit, b: TimeLimit): TimeLimit {
  return { remainingTimeMs: () => Math.min(timeLeftMs(a), timeLeftMs(b)) }
}
