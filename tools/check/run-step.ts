/**
 * Runs one step of `npm run check`: a program with a time limit. A step that hangs fails and says
 * so, instead of holding up a whole CI run.
 *
 * Each step is a process group of its own, so that the processes that it started end with it. Windows has no groups, but
 * knows who started whom.
 *
 * @module
 */

import { type ChildProcess, type StdioOptions, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import spawn from 'cross-spawn'

/** A program that must end with 0. */
export interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  /** After so long the step has failed. */
  readonly limitMs: number
  /**
   * The folder in which it runs.
   * @default '.'
   */
  readonly cwd?: string
}

/** What a step came to. */
export interface StepResult {
  readonly green: boolean
  /** Both streams, in the order in which they came; empty where they went to the terminal. */
  readonly output: string
  readonly seconds: number
}

/** What depends on time. */
export interface StepOptions {
  /** Whether the output goes to the terminal as it comes. */
  readonly live?: boolean
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

const ON_WINDOWS = process.platform === 'win32'

/** From SIGTERM to SIGKILL: time to close a browser, which is a process group of its own. */
const GRACE_MS = 5_000

/** Pids of the groups that are running. */
const groups = new Set<number>()

/** Runs a step to its end, or ends it at its limit. */
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
    // After what the program has printed, which may still be on its way here.
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

/** Ends all steps that are running. A group of its own does not hear Ctrl-C at the terminal. */
export function endAllSteps(): void {
  for (const pid of groups) signalGroup(pid, 'SIGTERM')
}

/** Waits for the program and for all that write to its output. */
function endOf(child: ChildProcess, say: (line: string) => void): Promise<'green' | 'red'> {
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code === 0 ? 'green' : 'red'))
    child.on('error', (error) => {
      say(error.message)
      resolve('red')
    })
  })
}

/** Does not wait for what has left the group and still holds the output open. */
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

/** Sends a signal to a process and all that it started; Windows ends them, whichever signal it is. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (ON_WINDOWS) {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended.
  }
}

function spell(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} seconds` : `${ms / 60_000} minutes`
}
