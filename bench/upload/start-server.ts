/**
 * Starts `server.ts` on the server's side of a line.
 *
 * @module
 */

import { once } from 'node:events'
import { join } from 'node:path'
import { nextMessage, spawnNode } from '../harness/spawn-node.ts'
import type { Place } from './place.ts'
import type { Arrived, ServerOptions, ServerReady } from './server.ts'

/** A running server. */
export interface RunningBenchServer extends ServerReady {
  /** Returns what has arrived since the last call. Throws when the server has stopped. */
  takeArrived(): Promise<Arrived>
  close(): Promise<void>
}

/** Starts the server. */
export async function startBenchServer(
  place: Place,
  directories: Omit<ServerOptions, 'host'>,
): Promise<RunningBenchServer> {
  const options: ServerOptions = { host: place.host, ...directories }
  const script = join(import.meta.dirname, 'server.ts')
  const child = spawnNode(place.onServerSide, [script, JSON.stringify(options)])
  const ready = (await nextMessage(child)) as ServerReady
  return {
    ...ready,
    takeArrived: async () => {
      child.send('take')
      return (await nextMessage(child)) as Arrived
    },
    close: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
