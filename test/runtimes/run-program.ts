/**
 * Runs JavaScript in one of the runtimes, as a process of its own.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import type { RuntimeName } from './global-setup.ts'
import { PACKAGES } from './home.ts'

/** The Node that runs the tests, or one of those that are installed for them. */
export type Runtime = 'node' | RuntimeName

const ARGS: Readonly<Record<Runtime, readonly string[]>> = {
  node: [],
  'node-22': [],
  'node-26': [],
  bun: [],
  // Those that docs/guide/runtimes.md names.
  deno: [
    'run',
    '--no-prompt',
    '--no-lock',
    '--allow-net',
    '--allow-read',
    '--allow-write',
    '--allow-env',
    '--allow-sys',
  ],
  workerd: ['serve'],
}

/** @returns Whether the runtime can be had here. */
export function hasRuntime(runtime: Runtime): boolean {
  return runtime === 'node' || inject('runtimes')[runtime] !== undefined
}

/** @returns Whether the frameworks can be had here. */
export function hasFrameworks(): boolean {
  return existsSync(join(PACKAGES, 'node_modules', 'hono'))
}

/** A program that runs. */
export interface RunningProgram {
  readonly child: ChildProcess
  /** What it has written so far, errors included. */
  output(): string
  /** The exit code; -1 when a signal ended it. */
  readonly exit: Promise<number>
  /** Kills it and waits for its end. */
  stop(): Promise<void>
}

/** Starts a file in a runtime. */
export function startProgram(
  runtime: Runtime,
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const program = runtime === 'node' ? process.execPath : inject('runtimes')[runtime]
  if (program === undefined) throw new Error(`${runtime} is not installed`)
  // A choice of this process's, which the others would refuse.
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child = spawn(program, [...ARGS[runtime], file, ...args], {
    cwd: dirname(file),
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exit = once(child, 'close').then(([code]) => code ?? -1)
  return {
    child,
    exit,
    output: () => output,
    stop: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/**
 * Runs a file to its end.
 *
 * @returns What it printed: one JSON value a line.
 * @throws {Error} When it fails, with its output.
 */
export async function runProgram(
  runtime: Runtime,
  file: string,
  args: readonly string[],
): Promise<unknown[]> {
  const program = startProgram(runtime, file, args)
  const code = await program.exit
  if (code !== 0) throw new Error(`${runtime} ended with ${code}: ${program.output()}`)
  const lines = program.output().split('\n')
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
}
