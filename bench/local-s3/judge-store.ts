/**
 * Starts the S3 servers from Debian, where they can be installed.
 *
 * @module
 */

import { ensurePackages } from '../../scripts/interop/debian-packages.ts'
import type { ForeignStore } from '../../scripts/interop/foreign-store.ts'
import { send } from './requests.ts'
import { presigned } from './signed.ts'
import { BUCKET, type RunningStore } from './store.ts'

/**
 * Starts a server.
 * @throws {Error} With the reason why it is not available.
 */
export async function startJudge(
  packages: readonly string[],
  start: () => Promise<ForeignStore>,
): Promise<RunningStore> {
  const obstacle = await ensurePackages(packages)
  if (obstacle) throw new Error(obstacle)
  const started = performance.now()
  const store = await start()
  const startMs = performance.now() - started
  const { endpoint, region, credentials } = store
  const running = { endpoint, region, credentials, startMs, stop: () => store.stop() }
  const { status } = await send(await presigned(running, 'PUT'))
  if (status !== 200) throw new Error(`the response to creating the bucket ${BUCKET} was ${status}`)
  return running
}
