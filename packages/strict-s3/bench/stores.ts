/**
 * The stores that are measured, and how each is started.
 *
 * @module
 */

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Credentials } from 'waybill-s3'
import type { Contestant } from '../../../bench/harness/interleave.ts'
import { startNode } from '../../../bench/harness/node-process.ts'
import { answers } from '../../../test/interop/servers/child-processes.ts'
import { ensurePackages } from '../../../test/interop/servers/debian-packages.ts'
import type { ForeignStore } from '../../../test/interop/servers/foreign-store.ts'
import { MOTO_PACKAGES, startMoto } from '../../../test/interop/servers/moto.ts'
import { RADOSGW_PACKAGES, startRadosgw } from '../../../test/interop/servers/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../../test/interop/servers/swift.ts'
import { BUCKET, presigned, send } from './requests.ts'

/** What a client needs to know. */
export interface StoreAddress {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

/** A running store. */
export interface RunningStore extends StoreAddress {
  /** Process id of the server; missing when it has several processes. */
  readonly pid?: number | undefined
  /** Milliseconds from the start of the process to the first response. */
  readonly startMs: number
  stop(): Promise<void>
}

/** A store to measure. */
export interface Store extends Contestant {
  /** Whether it accepts presigned forms. */
  readonly takesForms: boolean
  /** Whether it is one Node process, so that start and memory can be measured. */
  readonly isProcess: boolean
  /** Starts the store. Throws with the reason when it is not available. */
  start(directory: string): Promise<RunningStore>
}

export const PIPE = nodeStore('limit: bare `node:http` pipe', 'pipe.js')
export const WAYBILL = nodeStore('waybill', 'waybill.js')
export const S3RVER = nodeStore('s3rver', 's3rver.js')

/** All stores. */
export const STORES: readonly Store[] = [
  PIPE,
  WAYBILL,
  S3RVER,
  {
    name: 'Ceph radosgw',
    takesForms: true,
    isProcess: false,
    start: () => startForeign(RADOSGW_PACKAGES, startRadosgw),
  },
  {
    name: 'OpenStack Swift',
    takesForms: false,
    isProcess: false,
    start: () => startForeign(SWIFT_PACKAGES, startSwift),
  },
  {
    name: 'moto',
    takesForms: true,
    isProcess: false,
    start: () => startForeign(MOTO_PACKAGES, startMoto),
  },
]

function nodeStore(name: string, server: string): Store {
  return { name, takesForms: true, isProcess: true, start: (parent) => startHere(server, parent) }
}

/** Starts a store that is a Node process, with a directory of its own for objects. */
async function startHere(server: string, parent: string): Promise<RunningStore> {
  const dir = mkdtempSync(join(parent, `${server}-`))
  const script = join(import.meta.dirname, 'servers', server)
  const started = performance.now()
  // As a user runs it: plain JavaScript with the built package.
  const { pid, ready, end } = await startNode([script, dir, BUCKET], { execArgv: [] })
  const address = ready as StoreAddress
  await answers(address.endpoint)
  return { ...address, pid, startMs: performance.now() - started, stop: end }
}

/** Starts an S3 server from Debian, where it can be installed, with the bucket. */
async function startForeign(
  packages: readonly string[],
  start: () => Promise<Omit<ForeignStore, 'otherCredentials'>>,
): Promise<RunningStore> {
  const obstacle = await ensurePackages(packages)
  if (obstacle) throw new Error(obstacle)
  const started = performance.now()
  const store = await start()
  const startMs = performance.now() - started
  const { endpoint, region, credentials } = store
  const running = { endpoint, region, credentials, startMs, stop: () => store.stop() }
  try {
    await send(await presigned(running, 'PUT'))
  } catch (error) {
    await store.stop()
    throw error
  }
  return running
}
