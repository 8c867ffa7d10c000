/**
 * The house style's budgets that a linter does not count: how long files are, and names that explain nothing.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

const MAX_LINES = 300
const MAX_MEDIAN = 130
const VAGUE = /^(?:utils?|helpers?|common|misc|types|manager)(?:\.|$)/

const sources = globSync('src/**/*.ts')
const problems: string[] = []

const lengths = sources.map((file) => ({
  file,
  lines: readFileSync(file, 'utf8').trimEnd().split('\n').length,
}))
for (const { file, lines } of lengths) {
  if (lines > MAX_LINES)
    problems.push(`${file} has ${lines} lines, at most ${MAX_LINES}: two ideas?`)
}
const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
const median = sorted[Math.floor(sorted.length / 2)] ?? 0
if (median > MAX_MEDIAN) problems.push(`the median file has ${median} lines, at most ${MAX_MEDIAN}`)

for (const file of globSync('{src,test,scripts,demo,bench,infra}/**/*.{ts,js}', {
  exclude: ['**/node_modules/**'],
})) {
  const names = [basename(file), ...dirname(file).split('/')]
  const vague = names.find((name) => VAGUE.test(name))
  if (vague) problems.push(`${file}: the name '${vague}' explains nothing`)
}

console.log(`${sources.length} source files, median ${median} lines, longest ${sorted.at(-1)}`)
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
