/**
 * Repeatable random numbers: a small seeded generator (mulberry32), and seeds made from text. So
 * the fault of a request depends on its name and not on the order of arrival.
 *
 * @module
 */

/** A source of repeatable random numbers. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly [T, ...T[]]): T
}

/** @param seed - 32 bits; the same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return { next, integer, pick: (list) => list[integer(0, list.length - 1)] ?? list[0] }
}

/** @returns 32 bits of FNV-1a: the same text, the same seed. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
