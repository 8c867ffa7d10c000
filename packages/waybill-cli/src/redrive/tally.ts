import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { Judged } from './arrival-function.ts'

/** Counts objects by result and prints a line for each. */
export interface Tally {
  add(what: string, key: string, detail?: string): void
  judged(key: string, judged: Judged): void
  of(what: string): number
  /** For example `2 verified, 1 rejected`, or `nothing` if nothing was counted. */
  summary(): string
}

export const FAILED = 'failed'
export const NOT_SCANNED = 'not-scanned'

/** Width of the first column: the longest result plus a space. */
const COLUMN = 12

export function createTally(terminal: Terminal): Tally {
  const counts = new Map<string, number>()
  const add = (what: string, key: string, detail?: string) => {
    counts.set(what, (counts.get(what) ?? 0) + 1)
    const result = printable(what.padEnd(COLUMN))
    // A key can contain line breaks.
    const object = printable(`${key}${detail === undefined ? '' : ` (${detail})`}`)
    if (what === FAILED) terminal.complain(result + object)
    else if (what === 'verified') terminal.say(terminal.good(result) + object)
    else if (what === 'rejected') terminal.say(terminal.bad(result) + object)
    else terminal.say(result + object)
  }
  return {
    add,
    judged: (key, judged) => {
      if ('failure' in judged) add(FAILED, key, judged.failure)
      else add(judged.verdict, key, judged.reason)
    },
    of: (what) => counts.get(what) ?? 0,
    summary: () => [...counts].map(([what, count]) => `${count} ${what}`).join(', ') || 'nothing',
  }
}
