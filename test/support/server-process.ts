/**
 * A local S3 in a process of its own, for tests that kill it, or look at what it holds on to. See `local-process.ts`.
 *
 * @module
 */

import { readdirSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { startStrictS3 } from 'strict-s3'

const [dir] = process.argv.slice(2)
if (dir === undefined) throw new TypeError('expected a directory as the first argument')
// Lines are made and dropped: what goes into a log must not stay either.
const log = () => {}
const { port } = await startStrictS3({ dir, buckets: ['uploads', 'others'], log })

/** Of Node: a file handle that nobody closed, an emitter with too many listeners. */
const warnings: string[] = []
process.on('warning', (warning) => warnings.push(String(warning)))

process.on('message', async () => process.send?.(await measure()))
// Whoever started it is gone, however that happened.
process.on('disconnect', () => process.exit())
process.send?.({ port })

/** What the process has open, and what is still reachable, in bytes. */
async function measure() {
  if (!global.gc) throw new Error('expected to be started with --expose-gc')
  await connectionsClosed()
  const resources = process.getActiveResourcesInfo().sort().join(' ')
  // Before memory: collecting a file handle that was forgotten closes it. The one that reads is in it every time.
  // Windows tells of none.
  const descriptors = process.platform === 'win32' ? 0 : readdirSync('/dev/fd').length
  // More than once: what has a finalizer is found dead by one collection and freed by the next.
  for (let round = 0; round < 3; round += 1) {
    global.gc()
    await nextTurn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return { liveBytes: heapUsed + external, resources, descriptors, warnings }
}

/** The client has its answer a moment before the server is done with the connection. */
async function connectionsClosed(): Promise<void> {
  const patience = AbortSignal.timeout(10_000)
  while (process.getActiveResourcesInfo().includes('TCPSocketWrap') && !patience.aborted) {
    await nextTurn()
  }
}
