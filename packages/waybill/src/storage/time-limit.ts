/**
 * How long the caller still waits. Calls to S3 end before, so that there is time for a response.
 *
 * @module
 */

/** The time that is left for a call. */
export interface TimeLimit {
  /**
   * Returns the milliseconds that are left. It is asked before each try. Lambda has
   * `context.getRemainingTimeInMillis()` for it.
   * @default no limit
   */
  readonly remainingTimeMs?: () => number
}

/** Returns the milliseconds that are left; `Infinity` without a limit. */
export function timeLeftMs({ remainingTimeMs }: TimeLimit): number {
  return remainingTimeMs ? remainingTimeMs() : Number.POSITIVE_INFINITY
}

/** Combines two limits: the shorter one counts. */
export function shorterLimit(a: TimeLimit, b: TimeLimit): TimeLimit {
  return { remainingTimeMs: () => Math.min(timeLeftMs(a), timeLeftMs(b)) }
}
