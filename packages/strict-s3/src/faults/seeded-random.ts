/**
 * Reproducible random numbers (mulberry32), and seeds derived from strings. With them, a request's
 * fault depends on the request's name and not on the order in which requests arrive.
 *
 * @module
 */

export interface Random {
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** Returns an integer from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number
  pick<T>(list: readonly [T, ...T[]]): T
}

/**
 * The same seed always produces the same numbers.
 *
 * @param seed - 32 bits.
 */
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

/** Derives a 32-bit seed from a string with FNV-1a. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
