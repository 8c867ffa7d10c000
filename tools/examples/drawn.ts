import { createHash } from 'node:crypto'

/** Draws `count` of the names at random. The same seed always draws the same ones. */
export function drawn(names: readonly string[], count: number, seed: string): readonly string[] {
  const rank = (name: string) => createHash('sha256').update(`${seed} ${name}`).digest('hex')
  return names
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}
