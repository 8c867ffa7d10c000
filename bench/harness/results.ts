/**
 * `bench/RESULTS.md`: one section per benchmark, replaced in place by whoever runs it again.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

export interface Goal {
  readonly goal: string
  readonly measured: string
  readonly met: boolean
}

export interface Section {
  /** Which part of its benchmark it is, as the option that measures it alone: `--on bad-line`. */
  readonly option?: string
  /** Markdown: what was measured and how, and the tables. */
  readonly text: string
  readonly goals: readonly Goal[]
  /** Only a part, or only to see whether it runs: the document keeps what it has. */
  readonly isTrial?: boolean
}

const FILE = new URL('../RESULTS.md', import.meta.url)

const HEADER = `# Benchmarks

One section per benchmark, written by \`npm run bench -- <name>\`; running it again replaces its section. Contestants
run side by side in one run, in turns; numbers are medians, quartiles in brackets.
`

/** @returns The section as it was written, or as a trial would have been. */
export function writeSection(
  benchmark: string,
  { option, text, goals, isTrial = false }: Section,
): string {
  const name = option === undefined ? benchmark : `${benchmark} ${option}`
  const written = `## ${name}\n\n${circumstances(name)}\n\n${text.trim()}\n\n${goalTable(goals)}\n`
  if (!isTrial) writeFileSync(FILE, withSection(read(), name, written))
  return written
}

/** @returns The document with that section in place of an older one of the same name; sections stand in order of name. */
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

/** @param rows - Cells as text; the first row is the head. */
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
