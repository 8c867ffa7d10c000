/** How long the caller still waits. Calls to S3 end earlier, so that there is time to respond. */
export interface TimeLimit {
  /**
   * Returns the milliseconds left. Called before each attempt. On Lambda, use
   * `context.getRemainingTimeInMillis()`.
   * @default - no limit
   */
  readonly remainingTimeMs?: () => number
}

export function timeLeftMs({ remainingTimeMs }: TimeLimit): number {
  return remainingTimeMs ? remainingTimeMs() : Number.POSITIVE_INFINITY
}

export function shorterLimit(a: TimeLimit, b: TimeLimit): TimeLimit {
  return { remainingTimeMs: () => Math.min(timeLeftMs(a), timeLeftMs(b)) }
}

/** The shortest of the limits counts. A limit may be infinite or used up. */
export function timeoutSignal(...limitsMs: readonly number[]): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.floor(Math.min(...limitsMs))))
}
