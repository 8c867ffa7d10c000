/**
 * A check, what it found, and how findings are printed: first what holds, in one line, and last what
 * must be fixed.
 *
 * @module
 */

import { CommandFailure } from '@waybill/command-line/command-failure'
import { hang } from '@waybill/command-line/fit-text'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import { UploadError } from 'waybill'
import { type ProbeResult, StorageUnavailable } from 'waybill/internal/storage'
import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'

export type Verdict = 'ok' | 'differs' | 'not seen'

export interface Finding {
  readonly verdict: Verdict
  /** A short form of the response, or why there was none to judge. Contains no secrets. */
  readonly got: string
  /**
   * What the user has to change.
   * @default the check's `fix`
   */
  readonly fix?: string
  /** Text to copy, for example a statement of a policy. */
  readonly code?: string
  /** The setting that `--fix` would write. */
  readonly change?: SettingChange
}

export interface SettingChange {
  readonly title: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** The whole setting after the change. */
  readonly document: XmlElement
  /** The rule or the properties to write, as the AWS command line has them. */
  readonly json: string
  /** The number of rules that stay. */
  readonly kept: number
}

export interface Check<Run> {
  readonly title: string
  readonly sent: string
  /** What the user has to change if it differs. */
  readonly fix: string
  /** Whether uploads need it, so that the command does not succeed without having seen it. */
  readonly essential?: boolean
  see(run: Run): Promise<Finding>
}

export interface CheckGroup<Run> {
  /** For the line about what holds, for example `permissions 8`. */
  readonly name: string
  readonly checks: readonly Check<Run>[]
  /** Whether nothing else can be seen unless these checks hold. */
  readonly first?: boolean
  /** Why none of these checks can be made. */
  unless?(run: Run): Promise<Finding | undefined>
}

export interface Row extends Omit<Finding, 'fix'>, Pick<Check<never>, 'title' | 'sent' | 'fix'> {
  readonly group: string
  readonly essential: boolean
}

export function ok(got: string): Finding {
  return { verdict: 'ok', got }
}

export function differs(got: string, more: Omit<Finding, 'verdict' | 'got'> = {}): Finding {
  return { verdict: 'differs', got, ...more }
}

export function notSeen(got: string, fix?: string): Finding {
  return { verdict: 'not seen', got, ...(fix === undefined ? {} : { fix }) }
}

export const NO_ORIGIN = notSeen(
  "the page's origin is not known",
  'pass --origin https://your.page',
)

/** On AWS, every probe returns `yes`. */
export function seenByProbe({ outcome, answer }: ProbeResult): Finding {
  if (outcome === 'unknown') return notSeen(answer)
  return outcome === 'yes' ? ok(answer) : differs(answer)
}

/** Combines several findings of one check. The worst verdict counts. */
export function both(...all: readonly Finding[]): Finding {
  const worst = (['differs', 'not seen'] as const).find((verdict) =>
    all.some((finding) => finding.verdict === verdict),
  )
  return { verdict: worst ?? 'ok', got: all.map(({ got }) => got).join('; ') }
}

/** A failed call is a finding, so that it does not end the command. */
export async function see<Run>(check: Check<Run>, run: Run): Promise<Finding> {
  try {
    return await check.see(run)
  } catch (error) {
    // The signer's response does not follow the protocol.
    if (error instanceof UploadError) return differs(error.message)
    if (error instanceof CommandFailure) return notSeen(error.message)
    if (error instanceof S3Error) return notSeen(`${error.status} ${error.code}`)
    if (error instanceof StorageUnavailable) return notSeen(error.message)
    throw error
  }
}

/** Makes all checks in order, unless one that the others need does not hold. */
export async function examine<Run>(
  groups: readonly CheckGroup<Run>[],
  run: Run,
  terminal: Terminal,
): Promise<Row[]> {
  const rows: Row[] = []
  const count = groups.reduce((sum, { checks }) => sum + checks.length, 0)
  all: for (const group of groups) {
    const { name, checks, first = false } = group
    const add = (check: Omit<Check<Run>, 'see'>, finding: Finding) => {
      const { title, sent, fix, essential = first } = check
      rows.push({ group: name, title, sent, essential, ...finding, fix: finding.fix ?? fix })
    }
    const obstacle = await group.unless?.(run)
    if (obstacle) add({ title: name, sent: '', fix: '' }, obstacle)
    for (const check of obstacle ? [] : checks) {
      terminal.progress(`${rows.length + 1} of ${count}  ${check.title}`)
      const finding = await see(check, run)
      add(check, finding)
      if (first && finding.verdict !== 'ok') break all
    }
  }
  terminal.progress('')
  return rows
}

const LABEL = 10
/** Long lines are hard to read, also on a wide terminal. */
export const MOST_COLUMNS = 80

export function printRows(terminal: Terminal, rows: readonly Row[], all: number): void {
  const columns = Math.min(terminal.columns, MOST_COLUMNS)
  const line = (label: string, text: string, style = (label: string) => label) => {
    const printed = hang(label.padEnd(LABEL), printable(text), columns)
    terminal.say(`${style(label)}${printed.slice(label.length)}`)
  }
  const of = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict)
  const groups = Object.entries(Object.groupBy(of('ok'), ({ group }) => group))
  const held = groups.map(([name, { length } = []]) => `${name} ${length}`).join(', ')
  if (held !== '') line('ok', held, terminal.good)
  for (const { title, got, fix, essential } of of('not seen')) {
    line('not seen', `${title}: ${got}`, terminal.warning)
    if (essential && fix !== '') line('  to see', fix)
  }
  if (rows.length < all) line('', `${all - rows.length} more checks wait for this.`)
  for (const { title, sent, got, fix, code = '' } of of('differs')) {
    terminal.say()
    line('DIFFERS', title, terminal.bad)
    line('  sent', sent)
    line('  got', got)
    line('  to fix', fix)
    for (const each of code.split('\n').filter(Boolean)) terminal.say(`${' '.repeat(LABEL)}${each}`)
  }
}
