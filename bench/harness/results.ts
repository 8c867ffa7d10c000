/**
 * Writes `bench/RESULTS.md`: one section per benchmark, replaced when the benchmark runs again.
 *
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { withPictures } from './picture.ts'
import { type Spread, show } from './spread.ts'

/** A goal, the measured value, and whether the goal is met. */
export interface Goal {
  readonly goal: string
  readonly measured: string
  readonly met: boolean
}

/** A section of the document. */
export interface Section {
  /** The option that measures only this part of a benchmark: `--on bad-line`. */
  readonly option?: string
  /** Markdown: what was measured and how, and the tables. */
  readonly text: string
  readonly goals: readonly Goal[]
}

/** What `npm run bench` is told. */
export interface Options {
  /** One round of each, to see that it runs; the document is not changed. */
  readonly isQuick: boolean
  /** Of `upload`: measures only a place, and only a size. */
  readonly on?: string | undefined
  readonly size?: string | undefined
}

/** Runs a benchmark. */
export type Run = (options: Options) => Promise<Section> | AsyncIterable<Section>

const FILE = new URL('../RESULTS.md', import.meta.url)

const HEADER = `# Benchmarks

One section per benchmark, written by \`npm run bench -- <name>\`; running it again replaces its section. Contestants
run side by side in one run, in turns; numbers are medians, quartiles in brackets.
`

/** Returns the text of a section. `isQuick` keeps it out of the document. */
export function writeSection(
  benchmark: string,
  { option, text, goals }: Section,
  isQuick: boolean,
): string {
  const name = option === undefined ? benchmark : `${benchmark} ${option}`
  const written = `## ${name}\n\n${circumstances(name)}\n\n${text.trim()}\n\n${goalTable(goals)}\n`
  if (!isQuick) {
    const document = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
    writeFileSync(FILE, withPictures(withSection(document, name, written)))
  }
  return written
}

/** A goal that the median of a spread must not exceed. */
export function atMost(goal: string, value: Spread, most: number, unit = '', digits = 2): Goal {
  return { goal, measured: show(value, unit, digits), met: value.median <= most }
}

/** A goal that the median of a spread must reach. */
export function atLeast(goal: string, value: Spread, least: number, unit = '', digits = 2): Goal {
  return { goal, measured: show(value, unit, digits), met: value.median >= least }
}

/** Replaces the section of that name in a document. Sections are in the order of their names. */
export function withSection(document: string, name: string, section: string): string {
  const sections = new Map<string, string>()
  for (const older of document.split(/^(?=## )/m)) {
    const known = /^## (.+)/.exec(older)?.[1]
    if (known) sections.set(known, `${older.trimEnd()}\n`)
  }
  sections.set(name, section)
  const all = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return [HEADER, ...all].join('\n')
}

/** Formats a Markdown table. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}

function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ goal, measured, met }) => [goal, measured, met ? 'met' : 'NOT met'])
  return table([['goal', 'measured', ''], ...rows])
}

function circumstances(name: string): string {
  const [cpu] = cpus()
  return [
    `Node ${process.versions.node}`,
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}`,
    new Date().toISOString().slice(0, 10),
    `\`npm run bench -- ${name}\``,
  ].join(' · ')
}
