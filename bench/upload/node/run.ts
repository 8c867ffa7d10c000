/**
 * Measures a contestant in a Node process of its own, so that contestants share no modules, garbage
 * or connections, and reports it to the parent: `run.ts LIBRARY CONTESTANT TASK`.
 *
 * @module
 */

import { memoryOf } from '../../harness/proc.ts'
import type { ServerReady } from '../server.ts'
import type { Measurement } from '../system.ts'

/** What to upload, and where to. */
export interface NodeTask extends ServerReady {
  readonly paths: readonly string[]
  /** Size of each file in bytes. */
  readonly size: number
}

/** The contestants of a module beside this one, by name. */
export type NodeContestants = Readonly<
  Record<
    string,
    {
      /** Runs before the measurement. */
      readonly prepare?: (task: NodeTask) => Promise<void>
      /** Uploads the files. Rejects when one has not arrived. */
      readonly upload: (task: NodeTask) => Promise<unknown>
    }
  >
>

const [, , library = '', name = '', json = '{}'] = process.argv
const task: NodeTask = JSON.parse(json)
const { CONTESTANTS }: { CONTESTANTS: NodeContestants } = await import(`./${library}.ts`)
const contestant = CONTESTANTS[name]
if (!contestant) throw new TypeError(`there is no contestant ${name}`)
// Node loads its `fetch` when it is first called: none of the contestants pays for that.
await (await fetch('data:,')).text()
await contestant.prepare?.(task)
const idle = memoryOf('self', 'VmRSS')
const started = performance.now()
const before = process.cpuUsage()
await contestant.upload(task)
const { user, system } = process.cpuUsage(before)
const measured: Measurement = {
  startedAt: performance.timeOrigin + started,
  ms: performance.now() - started,
  clientCpuMs: (user + system) / 1000,
  memory: memoryOf('self', 'VmHWM') - idle,
}
process.send?.(measured)
