/** The time constant for rising estimates, in seconds. Longer if much time is left. */
const SMOOTHING = 5
/** Longer times are displayed in minutes. */
const SECONDS_UP_TO = 90
const HOUR = 3_600
/** The displayed time rises only if the estimate exceeds it by more than this fraction. */
const TOLERANCE = 0.1

interface Estimate {
  readonly at: number
  readonly endsAt: number
  readonly shown: number
}

/** Smooths and rounds estimates, so that the displayed time counts down instead of jumping. */
export class TimesLeft {
  readonly #estimates = new WeakMap<object, Estimate>()

  smoothTotal(seconds: number | undefined, now: Date): number | undefined {
    return this.smooth(this, seconds, now)
  }

  /** @param of - The upload, or another object that identifies what takes this long. */
  smooth(of: object, seconds: number | undefined, now: Date): number | undefined {
    if (seconds === undefined) return undefined
    const at = now.getTime() / 1000
    const before = this.#estimates.get(of)
    const elapsed = before ? at - before.at : Number.POSITIVE_INFINITY
    const expected = before?.endsAt ?? at
    // The more time is left, the less a change matters. Falling estimates are followed faster.
    const smoothing = Math.max(SMOOTHING, seconds / 20) / (at + seconds < expected ? 2.5 : 1)
    const weight = -Math.expm1(-elapsed / smoothing)
    const endsAt = expected + weight * (at + seconds - expected)
    const left = endsAt - at
    const least = before?.shown ?? 0
    const rises = roundUp(left * (1 - TOLERANCE)) > least
    const shown = rises ? roundUp(left) : Math.min(least, roundUp(left))
    this.#estimates.set(of, { at, endsAt, shown })
    return shown
  }
}

function roundUp(seconds: number): number {
  const step = seconds <= SECONDS_UP_TO ? 5 : seconds < HOUR ? 60 : 300
  return Math.max(1, Math.ceil(seconds / step)) * step
}
