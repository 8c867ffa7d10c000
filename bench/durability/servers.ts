/**
 * The servers, each started as its users start it: processes, and a directory for the objects.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { freePorts } from '@waybill/test-support/free-ports'
import { System } from '../../packages/strict-s3/src/conformance/system.ts'
import { answers, ChildProcesses } from '../../tools/interop/child-processes.ts'
import { ensurePackages, packageVersion } from '../../tools/interop/debian-packages.ts'
import type { ForeignStore, ForeignStoreOptions } from '../../tools/interop/foreign-store.ts'
import { MOTO_PACKAGES, startMoto } from '../../tools/interop/moto.ts'
import { RADOSGW_PACKAGES, startRadosgw } from '../../tools/interop/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../tools/interop/swift.ts'
import { peerVersion } from '../harness/packages.ts'
import { ask } from './ledger.ts'

export type RunningServer = Omit<ForeignStore, 'otherCredentials'>

/** What a trial found, by row of the table. */
export type Cells = Readonly<Record<string, string>>

const BUCKET = 'durability'

/** Makes the bucket if it does not exist, also by another of the server's endpoints. */
export async function openBucket(
  { endpoint, region, credentials }: RunningServer,
  other = endpoint,
): Promise<System> {
  const system = new System({ endpoint: other, region, credentials }, BUCKET)
  await ask(system, { method: 'PUT' })
  return system
}

/**
 * Starts the processes again, those that were killed and those that ended.
 * @throws {Error} If they do not start.
 */
export async function restart({ processes, endpoint }: RunningServer): Promise<void> {
  await processes.kill()
  processes.startAgain()
  await processes.until(() => answers(endpoint))
}

/** The last line that an ended process printed. */
export function lastWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().split('\n').at(-1) ?? ''
}

export interface Server {
  readonly name: string
  /** @throws {Error} With the reason if it cannot be had here. */
  readonly install: () => Promise<void>
  readonly version: () => Promise<string>
  readonly start: (options: ForeignStoreOptions) => Promise<RunningServer>
}

const S3RVER_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** strict-s3 is the first. */
export const SERVERS: readonly Server[] = [
  fromNode(
    'strict-s3',
    () => JSON.parse(readFileSync('packages/strict-s3/package.json', 'utf8')).version,
    { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    (disk, port) => ['packages/strict-s3/dist/cli/main.js', '--dir', `${disk}/s3`, '--port', port],
  ),
  fromNode('s3rver', npmVersion, S3RVER_KEYS, (disk, port) => [
    'bench/peers/node_modules/s3rver/bin/s3rver.js',
    ...['-d', disk, '-a', '127.0.0.1', '-p', port],
  ]),
  fromNode('@20minutes/s3rver', npmVersion, S3RVER_KEYS, (disk, port) => [
    'bench/durability/s3rver-fork.js',
    ...[disk, port],
  ]),
  debian('moto', MOTO_PACKAGES, startMoto),
  debian('radosgw', RADOSGW_PACKAGES, startRadosgw),
  debian('swift', SWIFT_PACKAGES, startSwift),
]

function npmVersion(name: string): string {
  return peerVersion(name).slice(name.length + 1)
}

/** @param command - Makes the words after `node`. */
function fromNode(
  name: string,
  version: (name: string) => string,
  credentials: RunningServer['credentials'],
  command: (disk: string, port: string) => readonly string[],
): Server {
  const start = async ({ disk, prefix }: ForeignStoreOptions): Promise<RunningServer> => {
    const processes = await ChildProcesses.create('durability', undefined, prefix)
    const startOne = async (log: string) => {
      const [port] = await freePorts(1)
      processes.start(log, process.execPath, ...command(disk ?? processes.dir, String(port)))
      const endpoint = `http://127.0.0.1:${port}`
      await processes.until(() => answers(endpoint))
      return endpoint
    }
    try {
      return {
        endpoint: await startOne('first'),
        region: 'us-east-1',
        credentials,
        processes,
        startSecond: () => startOne('second'),
        stop: () => processes.stop(),
      }
    } catch (error) {
      await processes.stop()
      throw error
    }
  }
  return { name, version: async () => version(name), start, install: async () => {} }
}

function debian(name: string, packages: readonly string[], start: Server['start']): Server {
  const [first = ''] = packages
  return {
    name,
    start,
    install: async () => {
      const obstacle = await ensurePackages(packages)
      if (obstacle) throw new Error(obstacle)
    },
    version: () => packageVersion(first),
  }
}
