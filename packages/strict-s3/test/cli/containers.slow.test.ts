/**
 * The program as a container runs it: as process 1, as a user without a name, on a file system that
 * cannot be written, beside another container with the same volume.
 *
 * Slow: each test starts the program, in namespaces.
 *
 * @module
 */

import { chown, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  inContainer,
  NO_NAMESPACES,
  PROCESS_NAMESPACE,
  processOne,
  readOnlyExcept,
} from '@waybill/test-support/containers'
import { closed, listening } from '@waybill/test-support/echo-server'
import {
  type ProcessOptions,
  startProgram,
  temporaryDirectory,
  type WaybillProcess,
} from '@waybill/test-support/waybill-process'
import { startStrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { clientAt } from './program.ts'

const KEYS = { accessKeyId: 'own', secretAccessKey: 'own-secret' }
const VARIABLES = { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'own-secret', PORT: '0' }
const NOBODY = 12_345

function start(dir: string, options: ProcessOptions = {}): WaybillProcess {
  const env = { ...VARIABLES, DATA_DIR: dir, STRICT_S3_LOG: 'json' }
  return startProgram('strict-s3', [], { within: PROCESS_NAMESPACE, cwd: '/', env, ...options })
}

async function endpointOf(s3: WaybillProcess): Promise<string> {
  const [, endpoint = ''] = await s3.said(/"ready":"([^"]+)"/)
  return endpoint
}

/** Sends a signal to the program itself, from outside of its namespace. */
async function signalTo({ child }: WaybillProcess, signal: NodeJS.Signals): Promise<void> {
  process.kill(await processOne(child), signal)
}

describe('strict-s3 in a container', () => {
  beforeEach(({ skip }) => skip(NO_NAMESPACES !== '', NO_NAMESPACES))

  it('cannot use a volume while another container uses it', async () => {
    const dir = await temporaryDirectory()
    const first = start(dir)
    await endpointOf(first)
    expect(await readFile(join(dir, 's3/lock'), 'utf8')).toBe('1')
    const second = start(dir)
    expect(await second.exit).toBe(1)
    expect(second.stderr()).toContain('is in use by a server in another container')
    await signalTo(first, 'SIGKILL')
    await first.exit
    expect(await endpointOf(start(dir))).toMatch(/^http:/)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('exits with code 0 on %s', async (signal) => {
    const s3 = start(await temporaryDirectory())
    await endpointOf(s3)
    await signalTo(s3, signal)
    expect(await s3.exit).toBe(0)
  })

  it('writes only to its own directory, whichever user runs it', async () => {
    const dir = await temporaryDirectory()
    await chown(dir, NOBODY, NOBODY)
    const within = [...PROCESS_NAMESPACE, ...readOnlyExcept(dir, NOBODY)]
    const endpoint = await endpointOf(start(dir, { within }))
    const client = clientAt(endpoint, KEYS)
    const place = { Bucket: 'uploads', Key: 'a.txt' }
    await client.send(new PutObjectCommand({ ...place, Body: 'hello' }))
    const { Body } = await client.send(new GetObjectCommand(place))
    expect(await Body?.transformToString()).toBe('hello')
  })
})

describe('strict-s3 in a container without a network', () => {
  beforeEach(({ skip }) => skip(NO_NAMESPACES !== '', NO_NAMESPACES))

  it('starts anyway', async () => {
    const env = { ...VARIABLES, MEMORY: '1', STRICT_S3_HOST: '0.0.0.0', STRICT_S3_LOG: 'json' }
    const s3 = startProgram('strict-s3', [], { within: inContainer('s3'), env })
    expect(await endpointOf(s3)).toMatch(/^http:\/\/localhost:/)
  })
})

describe('a harness that reads the ready line and closes the pipe', () => {
  it('keeps its server running', async () => {
    const s3 = startProgram('strict-s3', ['--memory', '--log', 'json'], { env: VARIABLES })
    const endpoint = await endpointOf(s3)
    const [line = ''] = s3.stdout().split('\n')
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      ready: endpoint,
      region: 'us-east-1',
      buckets: ['uploads'],
      accessKeyId: 'own',
    })
    s3.child.stdout?.destroy()
    for (let count = 0; count < 3; count++) expect((await fetch(`${endpoint}/`)).status).toBe(403)
    s3.child.kill('SIGTERM')
    expect(await s3.exit).toBe(0)
  })
})

describe('strict-s3 health', () => {
  async function health(args: readonly string[], env = {}) {
    const check = startProgram('strict-s3', ['health', ...args], { env })
    return { code: await check.exit, stdout: check.stdout(), stderr: check.stderr() }
  }

  it('exits with 0 while the server is ready', async () => {
    const server = await startStrictS3()
    onTestFinished(() => server.close())
    const said = { code: 0, stdout: `${server.endpoint} is ready\n`, stderr: '' }
    expect(await health(['--endpoint', server.endpoint])).toEqual(said)
    const here = { ...said, stdout: `http://127.0.0.1:${server.port} is ready\n` }
    expect(await health([], { PORT: String(server.port) })).toEqual(here)
    await server.close()
    const { code, stderr } = await health(['--endpoint', server.endpoint])
    expect(code).toBe(1)
    expect(stderr).toContain(`${server.endpoint} is not ready: `)
  })

  it('exits with 1 for any other server', async () => {
    const other = createServer((_request, response) => response.end('welcome'))
    onTestFinished(() => closed(other))
    const endpoint = await listening(other)
    const { code, stderr } = await health(['--endpoint', endpoint])
    expect(code).toBe(1)
    expect(stderr).toContain('is not ready: it responded with status 200')
  })

  it('explains what is wrong with an endpoint', async () => {
    expect((await health(['--endpoint', 's3:9000'])).stderr).toContain("--endpoint is 's3:9000'")
    expect((await health([], { PORT: '0' })).stderr).toContain('PORT is 0')
    expect((await health(['--port', '1'])).stderr).toContain('strict-s3 health --help')
  })
})
