/**
 * One measurement in Node, in a process of its own: `node/run.ts CONTESTANT JSON`.
 *
 * @module
 */

import type { ServerReady } from '../server.ts'

export interface NodeTask extends ServerReady {
  readonly paths: readonly string[]
  /** Bytes of each. */
  readonly size: number
}

export interface NodeContestant {
  /** Before the clock starts. */
  readonly prepare?: (task: NodeTask) => Promise<void>
  /** Rejects when any of the files did not arrive. */
  readonly upload: (task: NodeTask) => Promise<void>
}
