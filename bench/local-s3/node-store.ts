/**
 * Starts stores that are a Node process.
 *
 * @module
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from '../../scripts/interop/child-processes.ts'
import { nextMessage } from '../harness/spawn-node.ts'
import { BUCKET, type RunningStore, type StoreAddress } from './store.ts'

/**
 * Starts a store.
 *
 * @param server - The name of its module in `servers/`.
 * @param directory - The parent of its directory for objects.
 */
export async function startNodeStore(server: string, directory: string): Promise<RunningStore> {
  const dir = mkdtempSync(join(directory, `${server}-`))
  const script = join(import.meta.dirname, 'servers', `${server}.js`)
  const started = performance.now()
  // As a user runs it: plain JavaScript with the built package.
  const child = fork(script, [dir, BUCKET], { execArgv: [] })
  const address = (await nextMessage(child)) as StoreAddress
  await answers(address.endpoint)
  const startMs = performance.now() - started
  return {
    ...address,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    startMs,
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
