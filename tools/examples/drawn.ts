/**
 * Draws some of the examples, the same ones for the same seed.
 *
 * @module
 */

import { createHash } from 'node:crypto'

/** @returns `count` of the names, other ones for another seed. */
export function drawn(names: readonly string[], count: number, seed: string): readonly string[] {
  const rank = (name: string) => createHash('sha256').update(`${seed} ${name}`).digest('hex')
  return names
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}
