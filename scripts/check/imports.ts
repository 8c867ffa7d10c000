/**
 * Counts, for each room, the longest chain of imports between its files, and refuses circles.
 *
 * In a chain, a file imports a file that imports a file: who reads the first may have to open all
 * of them. Imports of types alone are erased when the code runs; they are counted in the second
 * number.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** How long a chain may be. A room gets a line here only while it is longer than the aim. */
const AIM = 10
const MOST: Readonly<Record<string, number>> = { cli: 11, client: 12, 'local-s3': 12 }

type Graph = ReadonlyMap<string, readonly string[]>

const ALL = /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*'(\.[^']+)'|import\('(\.[^']+)'\)/g
const VALUES =
  /(?:^|\n)\s*(?:import|export)\b(?! type)[^'"]*?from\s*'(\.[^']+)'|import\('(\.[^']+)'\)/g

const files = globSync('src/**/*.ts').map(normalize)
const roomOf = (file: string): string => file.split('/')[1] ?? ''

/** @returns The files of its own room that each file imports. */
function graphOf(pattern: RegExp): Graph {
  const importsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)]
      .map(([, from, lazily]) => normalize(join(dirname(file), from ?? lazily ?? '')))
      .filter((imported) => roomOf(imported) === roomOf(file))
  return new Map(files.map((file) => [file, importsOf(file)]))
}

const circles = new Set<string>()

/** @returns The longest chain that begins at each file. */
function chainsOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, readonly string[]>()
  const chainFrom = (file: string, above: readonly string[]): readonly string[] => {
    const known = chains.get(file)
    if (known) return known
    const at = above.indexOf(file)
    if (at >= 0) {
      circles.add([...above.slice(at), file].join(' → '))
      return []
    }
    const below = (graph.get(file) ?? []).map((next) => chainFrom(next, [...above, file]))
    const longest = below.reduce((a, b) => (b.length > a.length ? b : a), [])
    const chain = [file, ...longest]
    chains.set(file, chain)
    return chain
  }
  for (const file of files) chainFrom(file, [])
  return chains
}

/** @returns The longest chain of each room. */
function longestOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const rooms = new Map<string, readonly string[]>()
  for (const [file, chain] of chainsOf(graph)) {
    if (chain.length > (rooms.get(roomOf(file))?.length ?? 0)) rooms.set(roomOf(file), chain)
  }
  return rooms
}

const withTypes = longestOf(graphOf(ALL))
const problems = [...circles].map((circle) => `a circle of imports: ${circle}`)
console.log('room        files in the longest chain   with imports of types')
for (const [room, chain] of longestOf(graphOf(VALUES))) {
  const types = withTypes.get(room)?.length ?? 0
  console.log(`${room.padEnd(12)}${String(chain.length).padEnd(29)}${types}`)
  const most = MOST[room] ?? AIM
  if (chain.length > most) {
    problems.push(`${room}: a chain of ${chain.length}, at most ${most}:\n  ${chain.join('\n  ')}`)
  }
}
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
