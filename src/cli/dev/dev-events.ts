/**
 * What `waybill dev` does with the events of signer and arrival: one JSON line each in a file, as a deployment writes
 * them to its log. On the terminal there are lines of S3's requests and of verdicts already, so of the events only a
 * refusal is said there, in a few words.
 *
 * @module
 */

import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { SignerEvent } from '../../protocol/index.ts'
import { messageOf } from '../command-failure.ts'
import type { Terminal } from '../terminal.ts'

/** In the development server's directory. Each start begins it anew. */
export const EVENTS_FILE = 'events.jsonl'

export interface DevEvents {
  onEvent(event: SignerEvent): void
  /** Waits until all events are in the file. */
  close(): Promise<void>
}

/** @param home - Exists. */
export function openEvents(
  home: string,
  terminal: Pick<Terminal, 'say' | 'faint' | 'complain'>,
): DevEvents {
  // Owners are in it.
  const file = createWriteStream(join(home, EVENTS_FILE), { mode: 0o600 })
  let failed = false
  file.on('error', (error) => {
    if (!failed) terminal.complain(`events are not kept: ${messageOf(error)}`)
    failed = true
  })
  return {
    onEvent: (event) => {
      if (!failed) file.write(`${JSON.stringify(event)}\n`)
      if (event.type === 'refusal') terminal.say(terminal.faint(refusalLine(event)))
    },
    close: () =>
      new Promise((resolve) => {
        if (failed || file.closed) resolve()
        else file.once('close', () => resolve()).end()
      }),
  }
}

function refusalLine({ call, code, status, rule }: Extract<SignerEvent, { type: 'refusal' }>) {
  return `signer: ${call} refused, ${status} ${code}${rule === undefined ? '' : ` (rule ${rule})`}`
}
