/**
 * `npm run conform -- --table`: the S3 servers that the page of conformance compares, and how each
 * is started. Each server's report is written to `.test/conformance/`.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { usageFailure } from '@waybill/command-line/command-failure'
import { freePorts } from '@waybill/test-support/free-ports'
import { startStrictS3 } from 'strict-s3'
import { answers, ChildProcesses } from '../interop/servers/child-processes.ts'
import { ensurePackages, packageVersion } from '../interop/servers/debian-packages.ts'
import { MOTO_PACKAGES, startMoto } from '../interop/servers/moto.ts'
import { RADOSGW_PACKAGES, startRadosgw } from '../interop/servers/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../interop/servers/swift.ts'
import { type Column, columnOf, updatePage } from './comparison-page.ts'
import { markdownReport } from './report.ts'
import { type CaseResult, runCases } from './run-cases.ts'
import type { Target } from './system.ts'

const run = promisify(execFile)

interface RunningServer extends Target {
  stop(): Promise<void>
}

interface Server {
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

const SERVERS: readonly Server[] = [
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

const REPORTS = '.test/conformance'

/**
 * Runs all cases against several servers, and writes their counts to
 * `packages/strict-s3/docs/conformance.md`.
 *
 * @param list - Their names, separated by commas, or `all`.
 * @returns 0, the exit code.
 */
export async function compareServers(list: string): Promise<number> {
  const names = list === 'all' ? SERVERS.map(({ name }) => name) : list.split(',')
  const unknown = names.find((name) => !SERVERS.some((server) => server.name === name))
  if (unknown !== undefined) {
    const known = SERVERS.map(({ name }) => name).join(', ')
    throw usageFailure(`--table names '${unknown}', expected one of ${known}`)
  }
  const columns = new Map<string, Column>()
  for (const server of SERVERS.filter(({ name }) => names.includes(name))) {
    const column = await compare(server)
    if (column) columns.set(server.name, column)
    console.log(`${server.name}: ${column?.cells['**all**'] ?? 'not run'}`)
  }
  updatePage(columns)
  return 0
}

/** Returns `undefined` if the server cannot be had here. */
async function compare(server: Server): Promise<Column | undefined> {
  let running: RunningServer
  try {
    running = await server.start()
  } catch (error) {
    console.error(`${server.name}: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
  // Hostile requests end some servers.
  const target = async () => {
    if (await answers(running.endpoint)) return running
    console.error(`${server.name} has ended, and is started again`)
    await running.stop()
    running = await server.start()
    return running
  }
  const results: CaseResult[] = []
  try {
    for await (const result of runCases({ target }).results) results.push(result)
  } finally {
    await running.stop()
  }
  const version = await server.version()
  await mkdir(REPORTS, { recursive: true })
  const { endpoint, region } = running
  const report = { endpoint, region, version, time: new Date(), isPartial: false, results }
  const file = `${REPORTS}/${server.name.replace(/\W+/g, '-')}.md`
  await writeFile(file, `${markdownReport({ ...report, endpoint: server.name })}\n`)
  return columnOf(version, results)
}
