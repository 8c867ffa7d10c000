/**
 * Runs one step of `npm run check`: a program with a time limit. A step that hangs fails with a
 * message, instead of blocking a whole CI run.
 *
 * Each step is a separate process group, so that the processes it starts are stopped with it.
 * Windows has no process groups, but records the parent of each process.
 *
 * @module
 */

import { type ChildProcess, type StdioOptions, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import spawn from 'cross-spawn'

/** A program that must exit with 0. */
export interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly limitMs: number
  /** @default '.' */
  readonly cwd?: string
}

export interface StepResult {
  readonly green: boolean
  /** The output of both streams in order. Empty if the step ran with `live`. */
  readonly output: string
  readonly seconds: number
}

export interface StepOptions {
  readonly live?: boolean
  /** Replaces the timer in tests. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

const ON_WINDOWS = process.platform === 'win32'

/**
 * The time between SIGTERM and SIGKILL. A step may need it to close a browser, which is in another
 * process group.
 */
const GRACE_MS = 5_000

const groups = new Set<number>()

export async function runStep(
  { command: [program, ...args], limitMs, cwd = '.' }: Step,
  { live = false, wait = pause }: StepOptions = {},
): Promise<StepResult> {
  const started = performance.now()
  const output: Buffer[] = []
  const say = (line: string) => {
    if (live) process.stdout.write(`${line}\n`)
    else output.push(Buffer.from(`${line}\n`))
  }
  const stdio: StdioOptions = live ? 'inherit' : ['ignore', 'pipe', 'pipe']
  const child: ChildProcess = spawn(program, args, { cwd, stdio, detached: !ON_WINDOWS })
  if (child.pid) groups.add(child.pid)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => output.push(bytes))
  }
  const ended = endOf(child, say)
  const done = new AbortController()
  const late = wait(limitMs, done.signal).then(
    () => 'late' as const,
    () => ended,
  )
  const first = await Promise.race([ended, late])
  done.abort()
  if (first === 'late') {
    const message = `took longer than ${spell(limitMs)}`
    if (live) say(message)
    await endGroup(child, Promise.race([ended, wait(GRACE_MS)]))
    // Print the message last, so that it follows the program's own output.
    if (!live) say(message)
  }
  if (child.pid) groups.delete(child.pid)
  return {
    green: first === 'green',
    output: Buffer.concat(output).toString(),
    seconds: (performance.now() - started) / 1000,
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<unknown> {
  return setTimeout(ms, undefined, { signal })
}

/** Stops all running steps. The terminal does not send Ctrl+C to their process groups. */
export function endAllSteps(): void {
  for (const pid of groups) signalGroup(pid, 'SIGTERM')
}

/** Resolves once the program and all processes that write to its output have ended. */
function endOf(child: ChildProcess, say: (line: string) => void): Promise<'green' | 'red'> {
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code === 0 ? 'green' : 'red'))
    child.on('error', (error) => {
      say(error.message)
      resolve('red')
    })
  })
}

/** Stops a group. Does not wait for processes that have left it but keep the output open. */
async function endGroup(child: ChildProcess, grace: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return
  signalGroup(child.pid, 'SIGTERM')
  await grace
  // The first process may have ended before its children.
  signalGroup(child.pid, 'SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** On Windows, kills the process and everything that it has started. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (ON_WINDOWS) {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has already ended.
  }
}

function spell(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} seconds` : `${ms / 60_000} minutes`
}
