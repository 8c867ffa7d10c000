/**
 * Medians and quartiles. A mean would depend on the noisiest round.
 *
 * @module
 */

/** A median with its quartiles. */
export interface Spread {
  readonly median: number
  /** The first quartile; `high` is the third. */
  readonly low: number
  readonly high: number
}

/** Computes the spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? Number.NaN
    const above = sorted[Math.ceil(place)] ?? Number.NaN
    return below + (above - below) * (place - Math.floor(place))
  }
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}

/** Computes the ratio of `values` to `base`, round by round, as far as both were measured. */
export function ratioOf(values: readonly number[], base: readonly number[]): Spread {
  const both = values.slice(0, base.length)
  return spreadOf(both.map((value, round) => value / (base[round] ?? Number.NaN)))
}

/** Formats a spread: `2.06 ms (2.05–2.07)`. */
export function show({ median, low, high }: Spread, unit = '', digits = 2): string {
  const [m, l, h] = [median, low, high].map((value) => value.toFixed(digits))
  return `${m}${unit && ` ${unit}`} (${l}–${h})`
}
