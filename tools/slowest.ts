/**
 * Prints the ten test files that took longest in the last `npm test`, according to its report.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const REPORT = '.test/vitest.json'
const COUNT = 10

if (!existsSync(REPORT)) {
  console.error(`there is no ${REPORT}: run npm test first`)
  process.exit(1)
}

interface TestFile {
  readonly name: string
  readonly startTime: number
  readonly endTime: number
  readonly assertionResults: readonly unknown[]
}

const { testResults }: { readonly testResults: readonly TestFile[] } = JSON.parse(
  readFileSync(REPORT, 'utf8'),
)
const files = testResults
  .map(({ name, startTime, endTime, assertionResults }) => ({
    name: relative('.', name),
    seconds: (endTime - startTime) / 1000,
    tests: assertionResults.length,
  }))
  .sort((a, b) => b.seconds - a.seconds)

for (const { name, seconds, tests } of files.slice(0, COUNT)) {
  console.log(`${seconds.toFixed(1).padStart(6)} s  ${name} (${tests})`)
}
const all = files.reduce((sum, { seconds }) => sum + seconds, 0)
console.log(`${all.toFixed(1).padStart(6)} s  in all ${files.length} files`)
