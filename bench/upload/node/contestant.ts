/**
 * A measurement in Node, in its own process: `node/run.ts CONTESTANT JSON`.
 *
 * @module
 */

import type { ServerReady } from '../server.ts'

/** What to upload, and where to. */
export interface NodeTask extends ServerReady {
  readonly paths: readonly string[]
  /** Size of each file in bytes. */
  readonly size: number
}

/** A contestant in Node. */
export interface NodeContestant {
  /** Runs before the measurement. */
  readonly prepare?: (task: NodeTask) => Promise<void>
  /** Uploads the files. Rejects when one has not arrived. */
  readonly upload: (task: NodeTask) => Promise<void>
}
