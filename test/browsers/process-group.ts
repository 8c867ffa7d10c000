/**
 * A browser or its driver as a group of processes that ends as a whole: when it is stopped, when
 * its program ends, and when this process ends in whatever way. A browser starts many processes, and
 * one that stays behind would hold a port, a display or a pipe.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** The shell reads a pipe of ours. It closes with this process, and then the group is killed. */
const GUARDED = '{ "$@" </dev/null; kill -KILL 0; } & read -r _; kill -KILL 0'

/** How much of the output an error quotes. */
const QUOTED_LENGTH = 2_000

export interface ProcessGroup {
  /**
   * Resolves with the match as soon as the output has it.
   *
   * @throws {Error} When the program ends before, or after `withinMs`, with the end of its output.
   */
  said(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>
  /** The end of what it has written, for an error. */
  output(): string
  /** Resolves when all of it has ended. */
  stop(): Promise<void>
}

/**
 * Starts a program in a group of its own. Nothing of it writes to our output.
 *
 * @param cwd - The folder in which it runs. Default: ours.
 */
export function startGroup(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = '.',
): ProcessGroup {
  const child = spawn('sh', ['-c', GUARDED, 'sh', program, ...args], {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text
    })
  }
  const output = () => written.slice(-QUOTED_LENGTH)
  return {
    output,
    said: (pattern, withinMs) =>
      untilSaid(child, { pattern, withinMs, program, written: () => written }),
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}

interface Awaited {
  readonly pattern: RegExp
  readonly withinMs: number
  readonly program: string
  readonly written: () => string
}

function untilSaid(
  child: ChildProcess,
  { pattern, withinMs, program, written }: Awaited,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      settle()
      reject(new Error(`${program} ${what}. It wrote: ${written().slice(-QUOTED_LENGTH)}`))
    }
    const look = () => {
      const match = pattern.exec(written())
      if (!match) return
      settle()
      resolve(match)
    }
    const onEnd = () => fail(`ended before it said ${pattern}`)
    const bound = setTimeout(() => fail(`did not say ${pattern} within ${withinMs} ms`), withinMs)
    const settle = () => {
      clearTimeout(bound)
      child.off('close', onEnd)
      child.stdout?.off('data', look)
      child.stderr?.off('data', look)
    }
    child.on('close', onEnd)
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    look()
  })
}
