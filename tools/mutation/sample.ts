/**
 * Draws line ranges from source files with a seed, so that the same sample of mutants can be drawn
 * again.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * The number of lines in a range. Stryker only uses mutants that are completely within the range,
 * so it must be large enough for the body of a small function.
 */
const STRETCH = 12

interface Stretch {
  readonly file: string
  readonly first: number
  readonly last: number
  /** The number of lines that are neither blank nor comments. Each has about one mutant. */
  readonly codeLines: number
}

/**
 * Draws ranges until they contain about `size` lines of code.
 *
 * @returns Patterns for Stryker's `mutate` option, for example
 *   `packages/waybill/src/storage/retry.ts:13-24`.
 */
export function drawSample(files: readonly string[], size: number, seed: string): string[] {
  const rank = ({ file, first }: Stretch) =>
    createHash('sha256').update(`${seed} ${file} ${first}`).digest('hex')
  const drawn = files
    .flatMap(stretchesOf)
    .filter(({ codeLines }) => codeLines > 0)
    .map((stretch) => ({ ...stretch, rank: rank(stretch) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const patterns: string[] = []
  let lines = 0
  for (const { file, first, last, codeLines } of drawn) {
    if (lines >= size) break
    lines += codeLines
    patterns.push(`${file}:${first}-${last}`)
  }
  return patterns
}

function stretchesOf(file: string): Stretch[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return Array.from({ length: Math.ceil(lines.length / STRETCH) }, (_, index) => {
    const first = index * STRETCH + 1
    const within = lines.slice(first - 1, first - 1 + STRETCH)
    const codeLines = within.filter((line) => !/^\s*(?:$|\/\/|\/?\*|import\b)/.test(line)).length
    return { file, first, last: first - 1 + within.length, codeLines }
  })
}
