/**
 * Prints the result for each object, and the counts at the end.
 *
 * @module
 */

import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { Judged } from './arrival-function.ts'

/** Counts objects by result. */
export interface Tally {
  /** Counts an object and prints a line with its key. */
  add(what: string, key: string, detail?: string): void
  /** Counts a verdict or a failure. */
  judged(key: string, judged: Judged): void
  of(what: string): number
  /** Returns the counts in one line: `2 verified, 1 rejected`; `nothing` if there are none. */
  summary(): string
}

/** An object that could not be judged. */
export const FAILED = 'failed'

/** Width of the first column: the longest result and a space. */
const COLUMN = 12

export function createTally(terminal: Terminal): Tally {
  const counts = new Map<string, number>()
  const add = (what: string, key: string, detail?: string) => {
    counts.set(what, (counts.get(what) ?? 0) + 1)
    const line = `${what.padEnd(COLUMN)}${key}${detail === undefined ? '' : ` (${detail})`}`
    // A key can contain a line break.
    if (what === FAILED) terminal.complain(printable(line))
    else terminal.say(printable(line))
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
