/**
 * Draws a random sample of the examples. The same seed always draws the same ones.
 *
 * @module
 */

import { createHash } from 'node:crypto'

/** @returns `count` of the names, depending on the seed. */
export function drawn(names: readonly string[], count: number, seed: string): readonly string[] {
  const rank = (name: string) => createHash('sha256').update(`${seed} ${name}`).digest('hex')
  return names
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}
