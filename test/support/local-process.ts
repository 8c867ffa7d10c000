/**
 * The test's end of `server-process.ts`.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { System } from '../conformance/system.ts'

const SERVER = fileURLToPath(new URL('server-process.ts', import.meta.url))

export interface Measure {
  /** Bytes that a full garbage collection leaves, buffers included. */
  readonly liveBytes: number
  /** Names of what keeps the event loop busy: sockets, timers, requests to the file system. */
  readonly resources: string
  /** Open files and sockets. */
  readonly descriptors: number
  /** Of Node, since the start: that it closed a forgotten file handle, for example. */
  readonly warnings: readonly string[]
}

/**
 * For `start`, before `measure`: memory is then what the program holds, and the same whenever it is looked at. Nothing is
 * compiled to machine code, and no bytecode dropped that has not been used for a while, which is several megabytes.
 */
export const MEASURABLE = ['--expose-gc', '--max-opt=0', '--no-flush-bytecode'] as const

export class LocalProcess {
  readonly #child: ChildProcess
  /** Its bucket `uploads`; there is another, `others`. */
  readonly system: System

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    const target = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    }
    this.system = new System(target, 'uploads')
  }

  /** @param flags - Node's. */
  static async start(dir: string, flags: readonly string[] = []): Promise<LocalProcess> {
    const child = fork(SERVER, [dir], { execArgv: ['--conditions=@waybill/source', ...flags] })
    const [{ port }] = await once(child, 'message')
    return new LocalProcess(child, port)
  }

  /** Of a process that was started with `MEASURABLE`. */
  async measure(): Promise<Measure> {
    const answer = once(this.#child, 'message')
    this.#child.send('measure')
    const [measure] = await answer
    return measure
  }

  /** With SIGKILL: it has no time for anything. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}
