/**
 * Handles Ctrl+C. A command then finishes the calls in flight and starts no new ones. A second
 * Ctrl+C ends the program immediately.
 *
 * @module
 */

import { constants } from 'node:os'
import type { Terminal } from '@waybill/command-line/terminal'

/** Exit code of an interrupted command, by shell convention. */
export const STOPPED = 128 + constants.signals.SIGINT

export async function untilStopRequest<Result>(
  terminal: Terminal,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const request = () => {
    stop.abort()
    terminal.say('Stopping. Ctrl+C again stops at once.')
  }
  // With `once`, a second Ctrl+C finds no listener and ends the program.
  process.once('SIGINT', request)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGINT', request)
  }
}
