import { constants } from 'node:os'
import { wrap } from './fit-text.ts'
import type { Terminal } from './terminal.ts'

/** Closing the terminal sends SIGHUP. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The terminal sends Ctrl+C to all processes, and npm and npx forward it again. The same signal
 * within this time is such a copy, not a second Ctrl+C.
 */
export const ECHO_MS = 300

/**
 * Waits for a stop signal. Call this before anything else that takes time: the kernel drops
 * signals that a container's process 1 does not handle yet. A second signal ends the process at
 * once, with 128 + the signal's number.
 */
export function stopSignal(terminal: Pick<Terminal, 'say'>): Promise<void> {
  return new Promise<void>((resolve) => {
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
    for (const signal of STOP_SIGNALS) process.on(signal, receive)
  })
}

/**
 * Says that the program is ready, and how long that took. The last line begins with `Ready`.
 *
 * @param advice - What the user can do first.
 */
export function sayReady(terminal: Terminal, advice = ''): void {
  // `npm start` sets the variable, so that the time includes what it installs.
  const sinceMs = Number(process.env.WAYBILL_STARTED_AT) || performance.timeOrigin
  const seconds = ((Date.now() - sinceMs) / 1000).toFixed(1)
  const lines = advice === '' ? [] : wrap(advice, Math.min(terminal.columns, 80))
  terminal.say(`\n${[...lines, `Ready in ${seconds} s. Ctrl+C stops.`].join('\n')}\n`)
}
