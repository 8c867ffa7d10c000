/**
 * Starts Node processes that exchange messages with their parent.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Starts the same Node with a message channel.
 * @param options - Of Node. @default this process's, so that it has the same conditions
 */
export function spawnNode(
  wrap: (command: readonly string[]) => readonly string[],
  words: readonly string[],
  options: readonly string[] = process.execArgv,
): ChildProcess {
  const [command = '', ...rest] = wrap([process.execPath, ...options, ...words])
  return spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/**
 * Waits for a message.
 * @throws {Error} When the process ends before.
 */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const { signal } = over
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
      }),
    ])
  } finally {
    over.abort()
  }
}
