/**
 * A third-party store's processes. They are stopped together, and none outlives this process.
 *
 * @module
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const READY_WITHIN_MS = 60_000
const RUN_WITHIN_MS = 60_000
const ANSWER_WITHIN_MS = 10_000

export class ChildProcesses {
  readonly #running: { readonly child: ChildProcess; readonly log: string }[] = []
  readonly #env: NodeJS.ProcessEnv
  /** A temporary directory for the processes. `stop` deletes it. */
  readonly dir: string

  private constructor(dir: string, env: NodeJS.ProcessEnv) {
    this.dir = dir
    this.#env = { ...process.env, ...env }
    process.once('exit', this.#onExit)
  }

  /** Kills the processes if this one exits before `stop` is called, for example after Ctrl+C. */
  readonly #onExit = (): void => {
    for (const { child } of this.#running) child.kill('SIGKILL')
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }

  static async create(
    name: string,
    env: (dir: string) => NodeJS.ProcessEnv = () => ({}),
  ): Promise<ChildProcesses> {
    const dir = await mkdtemp(join(tmpdir(), `waybill-${name}-`))
    return new ChildProcesses(dir, env(dir))
  }

  /** Starts a server. The kernel kills it when this process ends, even after a crash. */
  start(name: string, ...args: readonly string[]): void {
    const log = join(this.dir, `${name}.out`)
    const output = openSync(log, 'a')
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...args], {
      env: this.#env,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    // If the program does not start, `until` reports it.
    child.on('error', () => undefined)
    this.#running.push({ child, log })
  }

  /** @returns The program's standard output. @throws {Error} If the program fails. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const options = { env: this.#env, timeout: RUN_WITHIN_MS }
    const { stdout } = await promisify(execFile)(program, args, options)
    return stdout
  }

  /** Runs a program again until it succeeds, because a new server may not be ready yet. */
  async runUntilItWorks(program: string, ...args: readonly string[]): Promise<string> {
    let printed = ''
    await this.until(async () => {
      try {
        printed = await this.run(program, ...args)
        return true
      } catch {
        return false
      }
    })
    return printed
  }

  /**
   * Waits until `ready` returns true. Throws after a minute, or as soon as a server ends, with the
   * last lines of that server's log.
   */
  async until(ready: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS
    while (!(await ready())) {
      const ended = this.#running.find(({ child }) => child.exitCode !== null || child.signalCode)
      const slowest = this.#running.at(-1)
      const culprit = performance.now() > deadline ? slowest : ended
      if (culprit) throw new Error(`${culprit.log} ended or does not answer:\n${tail(culprit.log)}`)
      await pause(50)
    }
  }

  /** Kills all processes without a graceful stop, because their data is no longer needed. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#running.map(({ child }) => {
        if (child.exitCode !== null || child.signalCode || child.pid === undefined) return undefined
        const exited = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        return exited
      }),
    )
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
    process.off('exit', this.#onExit)
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-12).join('\n')
}

export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    await answer.arrayBuffer()
    return true
  } catch {
    return false
  }
}
