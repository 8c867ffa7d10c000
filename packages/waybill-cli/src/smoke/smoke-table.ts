import { hang } from '@waybill/command-line/fit-text'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { PointVerdict, Seen, SmokePoint } from './point.ts'
import type { CleanUp } from './probe/clean-up.ts'

export interface Row extends Seen, Pick<SmokePoint, 'title' | 'sent' | 'change'> {
  readonly name: string
}

const MARKS: Readonly<Record<PointVerdict, string>> = {
  'as expected': 'ok      ',
  differs: 'DIFFERS ',
  'not seen': 'not seen',
}
const TONES = { 'as expected': 'good', differs: 'bad', 'not seen': 'warning' } as const
const INDENT = ' '.repeat(14)

export function printRow(terminal: Terminal, row: Row): void {
  const { name, title, sent, came, verdict, change } = row
  const mark = terminal[TONES[verdict]](MARKS[verdict])
  const detail = (label: string, text: string) =>
    hang(`${INDENT}${label.padEnd(8)}`, text, terminal.columns)
  terminal.say(`${name.padStart(2)}  ${mark}  ${title}`)
  terminal.say(terminal.faint(detail('sent', sent)))
  terminal.say(detail('came', printable(came)))
  if (verdict === 'differs') terminal.say(detail('change', change))
}

export function countOf(rows: readonly Row[], verdict: PointVerdict): number {
  return rows.filter((row) => row.verdict === verdict).length
}

export function printTotals(
  terminal: Terminal,
  rows: readonly Row[],
  { removed, kept }: CleanUp,
): void {
  terminal.say()
  terminal.say(
    `${countOf(rows, 'as expected')} as expected, ${countOf(rows, 'differs')} differ, ` +
      `${countOf(rows, 'not seen')} could not be seen. ${removed} versions and uploads removed.`,
  )
  for (const { key, versionId, answer } of kept) {
    const version = versionId === undefined ? '' : `, version ${versionId}`
    terminal.say(
      `Not removed: ${key}${version} (${answer}; an object lock or a policy protects it)`,
    )
  }
}

export function printJson(terminal: Terminal, rows: readonly Row[], cleanUp: CleanUp): void {
  terminal.say(JSON.stringify({ points: rows, ...cleanUp }, undefined, 2))
}
