/**
 * How a server command ends: at the first Ctrl+C (or SIGTERM) in good order, at the second at once.
 *
 * @module
 */

import { constants } from 'node:os'
import type { Terminal } from './terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * npm and npx hand on a Ctrl+C that the terminal has already delivered to everybody: the same signal again this soon
 * is the echo of the first, not a second wish.
 */
const ECHO_MS = 300

/**
 * Says that all is ready, waits for a signal, then for `stop`.
 *
 * @returns Exit code 0. A second signal does not return: it ends the process with 128 + the signal's number.
 */
export async function untilStopped(terminal: Terminal, stop: () => Promise<void>): Promise<number> {
  await new Promise<void>((resolve) => {
    let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined
    const receive = (signal: NodeJS.Signals) => {
      if (!first) {
        first = { signal, atMs: performance.now() }
        terminal.say('Stopping. Ctrl+C again stops at once.')
        resolve()
      } else if (signal !== first.signal || performance.now() - first.atMs > ECHO_MS) {
        process.exit(128 + constants.signals[signal])
      }
    }
    for (const signal of SIGNALS) process.on(signal, receive)
    terminal.say('\nReady. Ctrl+C stops.\n')
  })
  await stop()
  return 0
}
