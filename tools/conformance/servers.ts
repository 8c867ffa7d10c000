/**
 * The S3 servers that the page of conformance compares, and how each is started.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from '@waybill/test-support/free-ports'
import { startStrictS3 } from 'strict-s3'
import type { Target } from '../../packages/strict-s3/src/conformance/system.ts'
import { answers, ChildProcesses } from '../../test/interop/servers/child-processes.ts'
import { ensurePackages, packageVersion } from '../../test/interop/servers/debian-packages.ts'
import { MOTO_PACKAGES, startMoto } from '../../test/interop/servers/moto.ts'
import { RADOSGW_PACKAGES, startRadosgw } from '../../test/interop/servers/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../test/interop/servers/swift.ts'

const run = promisify(execFile)

export interface RunningServer extends Target {
  stop(): Promise<void>
}

export interface Server {
  /** As on the command line and in the head of its column. */
  readonly name: string
  /** @throws {Error} With the reason if it cannot be had here. */
  readonly start: () => Promise<RunningServer>
  readonly version: () => Promise<string>
}

const OURS: Server = {
  name: 'strict-s3',
  // S3 does not look at the page that sends a request.
  start: async () => {
    const { endpoint, region, credentials, close } = await startStrictS3({ pagesFrom: ['*'] })
    return { endpoint, region, credentials, stop: close }
  },
  version: async () => {
    const { version } = JSON.parse(await readFile('packages/strict-s3/package.json', 'utf8'))
    return String(version)
  },
}

export const SERVERS: readonly Server[] = [
  OURS,
  debian('radosgw', RADOSGW_PACKAGES, startRadosgw),
  debian('swift', SWIFT_PACKAGES, startSwift),
  debian('moto', MOTO_PACKAGES, startMoto),
  fromNpm('s3rver', '3.7.1'),
  fromNpm('@20minutes/s3rver', '5.0.0'),
]

function debian(
  name: string,
  packages: readonly string[],
  start: () => Promise<RunningServer>,
): Server {
  const [first = ''] = packages
  return {
    name,
    start: async () => {
      const missing = await ensurePackages(packages)
      if (missing !== undefined) throw new Error(missing)
      return start()
    },
    version: async () => `${await packageVersion(first)}, Debian`,
  }
}

/** s3rver and its fork, which are started alike. */
function fromNpm(name: string, version: string): Server {
  return {
    name,
    start: async () => {
      const home = await mkdtemp(join(tmpdir(), 'waybill-conformance-'))
      try {
        await writeFile(join(home, 'package.json'), '{ "type": "module" }')
        const flags = ['--no-audit', '--no-fund', '--ignore-scripts']
        await run('npm', ['install', ...flags, `${name}@${version}`], { cwd: home })
        return await startS3rver(home, name)
      } catch (error) {
        await rm(home, { recursive: true, force: true })
        throw error
      }
    },
    version: async () => `${version}, npm`,
  }
}

async function startS3rver(home: string, name: string): Promise<RunningServer> {
  const processes = await ChildProcesses.create('s3rver')
  try {
    const [port] = await freePorts(1)
    const directory = join(home, 'objects')
    await mkdir(directory)
    const script = join(home, 'server.js')
    const options = { address: '127.0.0.1', port, silent: true, directory }
    await writeFile(
      script,
      `import S3rver from '${name}'\nawait new S3rver(${JSON.stringify(options)}).run()\n`,
    )
    processes.start('s3rver', process.execPath, script)
    const endpoint = `http://127.0.0.1:${port}`
    await processes.until(() => answers(endpoint))
    const stop = async () => {
      await processes.stop()
      await rm(home, { recursive: true, force: true })
    }
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
    return { endpoint, region: 'us-east-1', credentials, stop }
  } catch (error) {
    await processes.stop()
    throw error
  }
}
