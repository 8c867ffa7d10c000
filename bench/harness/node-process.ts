/**
 * Node processes that exchange messages with the benchmark that started them: both sides.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process whose first message has come. */
export interface NodeProcess {
  readonly pid: number | undefined
  /** Its first message. */
  readonly ready: unknown
  /** Sends a message and returns the answer. Rejects when the process has ended. */
  ask(message: object | string): Promise<unknown>
  /** Ends it and waits for its end. */
  end(): Promise<void>
}

/** How a process is started. */
export interface NodeProcessOptions {
  /** Makes the command that runs a command in another place. */
  readonly wrap?: (command: readonly string[]) => readonly string[]
  /** Options of Node. @default this process's, so that it has the same conditions */
  readonly execArgv?: readonly string[]
}

/**
 * Starts the same Node with a script and its arguments.
 * @throws {Error} When it ends before its first message.
 */
export async function startNode(
  words: readonly string[],
  { wrap = (command) => command, execArgv = process.execArgv }: NodeProcessOptions = {},
): Promise<NodeProcess> {
  const [command = '', ...rest] = wrap([process.execPath, ...execArgv, ...words])
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    pid: child.pid,
    ready: await nextMessage(child),
    ask: (message) => {
      child.send(message)
      return nextMessage(child)
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
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

/** In such a process: says that it is ready, answers each message, and ends with its parent. */
export function answerParent(ready: unknown, answer: (message: unknown) => unknown): void {
  process.on('message', async (message) => {
    try {
      process.send?.(await answer(message))
    } catch (error) {
      console.error(error)
      process.exit(1)
    }
  })
  process.on('disconnect', () => process.exit())
  process.send?.(ready)
}

/** Answers each message with the microseconds of CPU since the one before. */
export function reportCpu(ready: number | string): void {
  let before = process.cpuUsage()
  answerParent(ready, () => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    return user + system
  })
}

/** The answer of such a process, in milliseconds. */
export async function cpuMsOf(child: NodeProcess): Promise<number> {
  return Number(await child.ask('take')) / 1000
}
