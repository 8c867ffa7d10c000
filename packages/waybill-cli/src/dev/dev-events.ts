/**
 * Writes the events of the signer and the arrival handler to a file, one JSON line each, as a
 * deployment writes them to its log. The terminal already shows S3's requests and the verdicts, so
 * only rejected calls are printed there.
 *
 * @module
 */

import { createWriteStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@waybill/command-line/command-failure'
import { eventLine, type Look } from '@waybill/command-line/event-line'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import { BUCKET } from 'strict-s3/internal/local-bucket'
import type { SignerEvent } from 'waybill'
import { refusalMessage } from 'waybill/internal/events'

/** In the development server's directory. Each start overwrites the file. */
export const EVENTS_FILE = 'events.jsonl'

export interface DevEvents {
  onEvent(event: SignerEvent): void
  close(): Promise<void>
}

/** @param home - The development server's directory, which must exist. */
export function openEvents(
  home: string,
  terminal: Pick<Terminal, 'say' | 'complain'> & Look,
): DevEvents {
  // The file is private, because events contain owners.
  const path = join(home, EVENTS_FILE)
  removeOld(path)
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' })
  let failed = false
  file.on('error', (error) => {
    if (!failed) terminal.complain(`cannot write events: ${messageOf(error)}`)
    failed = true
  })
  return {
    onEvent: (event) => {
      if (!failed) file.write(`${JSON.stringify(event)}\n`)
      if (event.type === 'refusal') terminal.say(refusalLine(event, terminal))
    },
    close: () =>
      new Promise((resolve) => {
        if (failed || file.closed) resolve()
        else file.once('close', () => resolve()).end()
      }),
  }
}

/**
 * Removes the file instead of truncating it. In a directory that came with a repository, it may be
 * a link to any other file.
 */
function removeOld(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Opening the file fails next, and that error says why.
  }
}

function refusalLine(event: Extract<SignerEvent, { type: 'refusal' }>, look: Look): string {
  const { call, code, status, rule, key, size } = event
  const message = printable(refusalMessage(event) ?? '')
  return eventLine(
    {
      time: new Date(),
      tone: status >= 500 ? 'bad' : 'warning',
      what: `signer: ${call}`,
      status,
      size,
      place: key === undefined ? (rule ? `rule ${rule}` : '') : `${BUCKET}/${key}`,
      reason: `${code}: ${message}`,
    },
    look,
  )
}
