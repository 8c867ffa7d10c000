/**
 * How long the one who waits for us still waits: calls end before that, so that there is an answer to give.
 *
 * @module
 */

export interface TimeLimit {
  /**
   * Milliseconds that are left, asked before each try, for example Lambda's
   * `context.getRemainingTimeInMillis()`. @default no limit
   */
  readonly remainingTimeMs?: () => number
}

/** @returns What is left, `Infinity` without a limit. */
export function timeLeftMs({ remainingTimeMs }: TimeLimit): number {
  return remainingTimeMs ? remainingTimeMs() : Number.POSITIVE_INFINITY
}

/** @returns The shorter of two limits. */
export function shorterLimit(a: TimeLimit, b: TimeLimit): TimeLimit {
  return { remainingTimeMs: () => Math.min(timeLeftMs(a), timeLeftMs(b)) }
}
