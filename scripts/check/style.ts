/**
 * Checks what the house style demands and the linter does not: the length of files, how many files
 * a folder has, names that explain nothing, and the English of comments and messages in `src`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { englishProblems } from './english.ts'

const MAX_LINES = 300
const MAX_MEDIAN = 130
const MAX_FILES = 20
const VAGUE = /^(?:utils?|helpers?|common|misc|types|manager)(?:\.|$)/

/** Files that may be longer than `MAX_LINES`, and why. */
const LONGER: Readonly<Record<string, string>> = {
  'test/rehearsal/rehearsal.test.ts':
    'its steps follow one another on one deployment in one account: one story',
}

/**
 * Rooms that are held to the English of the house. The problems of all other rooms are only
 * counted; a room that has none belongs here.
 */
const HELD = new Set([
  'arrival',
  'aws',
  'cdk',
  'cli',
  'client',
  'element',
  'lambda',
  'local-s3',
  'node',
  'protocol',
  'react',
  's3',
  'signer',
  'uppy',
  'vue',
])

const files = globSync('{src,test,scripts,demo,bench,infra,examples}/**/*.{ts,js}', {
  exclude: ['**/node_modules/**'],
})
const texts = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const sources = texts.filter(({ file }) => file.startsWith('src/'))
const problems: string[] = []

const lengthOf = (text: string) => text.trimEnd().split('\n').length
for (const { file, text } of texts) {
  const lines = lengthOf(text)
  if (lines > MAX_LINES && !(file in LONGER)) {
    problems.push(`${file} has ${lines} lines, at most ${MAX_LINES}: two ideas?`)
  }
}
for (const file of Object.keys(LONGER)) {
  const text = texts.find((each) => each.file === file)?.text ?? ''
  if (lengthOf(text) <= MAX_LINES) problems.push(`${file} need not be named as longer`)
}
const sorted = sources.map(({ text }) => lengthOf(text)).sort((a, b) => a - b)
const median = sorted[Math.floor(sorted.length / 2)] ?? 0
if (median > MAX_MEDIAN) problems.push(`the median file has ${median} lines, at most ${MAX_MEDIAN}`)

for (const [folder, inIt] of Object.entries(Object.groupBy(files, dirname))) {
  const count = inIt?.length ?? 0
  if (count > MAX_FILES) problems.push(`${folder} has ${count} files, at most ${MAX_FILES}`)
}
for (const file of files) {
  const names = [basename(file), ...dirname(file).split('/')]
  const vague = names.find((name) => VAGUE.test(name))
  if (vague) problems.push(`${file}: the name '${vague}' explains nothing`)
}

const counts = new Map<string, number>()
for (const { file, text } of sources) {
  const room = file.split('/')[1] ?? ''
  const found = englishProblems(text).map(({ line, problem }) => `${file}:${line}: ${problem}`)
  if (HELD.has(room)) problems.push(...found)
  else counts.set(room, (counts.get(room) ?? 0) + found.length)
}
const others = [...counts].sort().map(([room, count]) => `${room} ${count}`)
if (others.length > 0) console.log(`English, rooms not yet held to it: ${others.join(', ')}`)

console.log(`${sources.length} source files, median ${median} lines, longest ${sorted.at(-1)}`)
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
