/**
 * Writes `bench/RESULTS.md`: one section per benchmark, replaced when the benchmark runs again.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { withPictures } from './picture/draw.ts'

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
  /** Whether the run was partial or a test. The document is not changed then. */
  readonly isTrial?: boolean
}

const FILE = new URL('../RESULTS.md', import.meta.url)

const HEADER = `# Benchmarks

One section per benchmark, written by \`npm run bench -- <name>\`; running it again replaces its section. Contestants
run side by side in one run, in turns; numbers are medians, quartiles in brackets.
`

/** Writes a section, unless it is a trial. Returns its text. */
export function writeSection(
  benchmark: string,
  { option, text, goals, isTrial = false }: Section,
): string {
  const name = option === undefined ? benchmark : `${benchmark} ${option}`
  const written = `## ${name}\n\n${circumstances(name)}\n\n${text.trim()}\n\n${goalTable(goals)}\n`
  if (!isTrial) writeFileSync(FILE, withPictures(withSection(read(), name, written)))
  return written
}

/** Draws all pictures again, from the tables that are in the document. */
export function redrawPictures(): void {
  writeFileSync(FILE, withPictures(read()))
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

function read(): string {
  try {
    return readFileSync(FILE, 'utf8')
  } catch {
    return ''
  }
}
