/**
 * Handles Ctrl+C while a command works in an account: work in progress is finished, but no more is
 * started. A second Ctrl+C ends the program immediately.
 *
 * @module
 */

import { constants } from 'node:os'
import type { Terminal } from '@waybill/command-line/terminal'

/** Exit code of an interrupted command, by shell convention. */
export const STOPPED = 128 + constants.signals.SIGINT

/** Runs `work` with a signal that Ctrl+C aborts. */
export async function untilStopRequest<Result>(
  terminal: Terminal,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const request = () => {
    stop.abort()
    terminal.say('Stopping. Ctrl+C again stops at once.')
  }
  // Only once: without a listener, the next Ctrl+C ends the program.
  process.once('SIGINT', request)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGINT', request)
  }
}
