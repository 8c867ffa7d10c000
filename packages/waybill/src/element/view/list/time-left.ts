/** Longer times are displayed in minutes. */
const SECONDS_UP_TO = 90
const HOUR = 3_600
/** The displayed time may differ from the estimate by this fraction, or by this many seconds. */
const TOLERANCE = 1 / 3
const FEW_SECONDS = 5

/**
 * Lets displayed times count down instead of jumping with every estimate. Estimates are already
 * smoothed, so one that differs too much is displayed at once.
 */
export class TimesLeft {
  readonly #ends = new WeakMap<object, number>()

  /** @param of - The upload, or another object that identifies what takes this long. */
  steady(of: object, seconds: number | undefined, now: Date): number | undefined {
    if (seconds === undefined) return undefined
    const at = now.getTime() / 1000
    const before = (this.#ends.get(of) ?? Number.POSITIVE_INFINITY) - at
    const isFar = Math.abs(before - seconds) > Math.max(FEW_SECONDS, seconds * TOLERANCE)
    const left = isFar ? seconds : before
    this.#ends.set(of, at + left)
    return roundUp(left)
  }
}

function roundUp(seconds: number): number {
  const step = seconds <= SECONDS_UP_TO ? 5 : seconds < HOUR ? 60 : 300
  return Math.max(1, Math.ceil(seconds / step)) * step
}
