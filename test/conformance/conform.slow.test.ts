/**
 * `npm run conform` as a user runs it.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { System } from './system.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

function conform(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_REGION: ___, ...rest } = process.env
  const command = ['--conditions=@waybill/source', MAIN, ...args]
  const child = spawn(process.execPath, command, { env: { ...rest, ...env } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]).then(([stdout, stderr, code]) => ({ stdout, stderr, code }))
  return { child, ended }
}

async function start(options: StrictS3Options = {}): Promise<StrictS3> {
  const s3 = await startStrictS3({ pagesFrom: ['*'], ...options })
  onTestFinished(() => s3.close())
  return s3
}

async function bucketsOf(s3: StrictS3): Promise<string> {
  const system = new System(s3, 'none')
  const reply = await system.expectReply(200, { path: '/' })
  return /<Buckets.*/.exec(reply.body.toString())?.[0] ?? ''
}

interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly bucket: string
  readonly token: unknown
}

/** Passes the check of the target, and leaves every other request to `answer`. */
async function fakeS3(answer: (request: FakeRequest, response: ServerResponse) => void) {
  const requests: FakeRequest[] = []
  const server = createServer((incoming, response) => {
    const { method = '', url: path = '' } = incoming
    incoming.resume()
    response.setHeader('content-type', 'application/xml')
    if (/^\/(?:\?|$)/.test(path)) return response.end('<ListAllMyBucketsResult/>')
    const token = incoming.headers['x-amz-security-token']
    const request = { method, path, bucket: /^\/([^/?]*)/.exec(path)?.[1] ?? '', token }
    requests.push(request)
    return answer(request, response)
  })
  return { endpoint: await listening(server), requests }
}

/** @returns The server's endpoint. It is closed after the test. */
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Makes every bucket that it is asked for, even one that is there. */
function lenientS3(buckets: Set<string>) {
  return fakeS3(({ method, bucket }, response) => {
    const isThere = buckets.has(bucket)
    if (method === 'PUT' || method === 'POST') buckets.add(bucket)
    else if (!isThere) response.statusCode = 404
    if (method === 'DELETE') buckets.delete(bucket)
    response.end(response.statusCode === 404 ? '<Error><Code>NoSuchBucket</Code></Error>' : '<ok/>')
  })
}

/** One case that is easily answered. */
const ONE_CASE = ['--only', "returns a bucket's location"]

describe('npm run conform', () => {
  it('reports a server that responds as AWS does, and leaves no bucket behind', async () => {
    const s3 = await start()
    const { ended } = conform(['--endpoint', s3.endpoint, '--only', 'copyobject'])
    const { stdout, code } = await ended
    expect(stdout).toMatch(/^# S3 conformance of http:\/\/127.0.0.1:\d+\n\n(\d+) of \1 cases /)
    expect(stdout).toMatch(/\| CopyObject \| (\d+) \| \1 \|/)
    expect(stdout).not.toContain('## Differences')
    expect(code).toBe(0)
    expect(await bucketsOf(s3)).not.toContain('conformance-')
  })

  it('lists the differences in JSON', async () => {
    const s3 = await start()
    s3.setFaults([{ kind: 'SlowDown', operation: 'CopyObject' }])
    const { ended } = conform(['--endpoint', s3.endpoint, '--only', 'copyobject', '--json'])
    const { stdout, code } = await ended
    const report = JSON.parse(stdout)
    expect(report.asAws).toBeLessThan(report.cases)
    const differences = report.results.flatMap(
      (result: { differences: string[] }) => result.differences,
    )
    expect(differences).toContain('status is 503, expected 200')
    expect(code).toBe(1)
  })

  it('records responses without secrets', async () => {
    const directory = temporaryFolder('waybill-record-')
    const file = join(directory, 'answers.json')
    const credentials = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      sessionToken: 'a-session-token-of-the-test',
    }
    const s3 = await start({ credentials: [credentials] })
    const env = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    }
    const only = ['--only', 'the authorization header']
    await conform(['--endpoint', s3.endpoint, '--yes', ...only, '--record', file], env).ended
    const recorded = await readFile(file, 'utf8')
    expect(JSON.parse(recorded)).toContainEqual(
      expect.objectContaining({
        answer: expect.objectContaining({ status: 403, code: 'SignatureDoesNotMatch' }),
      }),
    )
    for (const secret of Object.values(credentials)) expect(recorded).not.toContain(secret)
    expect(recorded).not.toMatch(/[0-9a-f]{64}|conformance-/)
  })

  it('removes its bucket after Ctrl+C', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    let onRequest: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      onRequest = resolve
    })
    const s3 = await start({
      log: (_line, entry) => {
        if ('operation' in entry && entry.operation === 'CopyObject') onRequest()
      },
    })
    const { child, ended } = conform(['--endpoint', s3.endpoint, '--only', 'copyobject'])
    await begun
    child.kill('SIGINT')
    const { stdout, code } = await ended
    expect(code).toBe(130)
    expect(stdout).toContain('The run was interrupted')
    expect(await bucketsOf(s3)).not.toContain('conformance-')
  })

  it('removes objects under a legal hold', async () => {
    const s3 = await start()
    const { stderr } = await conform(['--endpoint', s3.endpoint, '--only', 'legal hold']).ended
    expect(stderr).toBe('')
    expect(await bucketsOf(s3)).not.toContain('conformance-')
  })

  it('does not touch an existing bucket', async () => {
    const buckets = new Set(['ab'])
    const { endpoint, requests } = await lenientS3(buckets)
    const { ended } = conform(['--endpoint', endpoint, '--only', 'a bucket called'])
    const { stdout, stderr } = await ended
    expect(stdout).toContain('not run: the bucket ab exists')
    expect(requests.filter(({ bucket }) => bucket === 'ab').map(({ method }) => method)).toEqual([
      'GET',
    ])
    expect(requests).toContainEqual(
      expect.objectContaining({ method: 'PUT', bucket: '192.168.0.1' }),
    )
    expect([...buckets]).toEqual(['ab'])
    expect(stderr).toBe('')
  })

  it('chooses the other names at random, and deletes what a lenient server creates', async () => {
    const buckets = new Set<string>()
    const { endpoint, requests } = await lenientS3(buckets)
    const { stderr } = await conform(['--endpoint', endpoint, '--only', 'bucket']).ended
    const fixed = requests.filter(({ bucket }) => !/conformance-[0-9a-f]{10}-\d/.test(bucket))
    expect([...new Set(fixed.map(({ bucket }) => bucket))]).toEqual(['ab', '192.168.0.1'])
    expect([...buckets]).toEqual([])
    expect(stderr).toBe('')
  })

  it('stops reading an endless body', async () => {
    const { endpoint } = await fakeS3(({ method }, response) => {
      if (method !== 'GET') return response.end()
      const chunk = Buffer.alloc(1024 * 1024, 'x')
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', write)
      return write()
    })
    const { stdout, code } = await conform(['--endpoint', endpoint, ...ONE_CASE]).ended
    expect(stdout).toContain("the answer's body is larger than 8388608 bytes")
    expect(code).toBe(1)
  })

  it('gives up deleting a bucket that never becomes empty', async () => {
    const versions = '<Version><Key>a</Key><VersionId>1</VersionId></Version>'.repeat(10_000)
    const { endpoint, requests } = await fakeS3(({ method, path }, response) => {
      if (method === 'DELETE' && !path.includes('?')) response.statusCode = 409
      response.end(path.includes('versions') ? `<Result>${versions}</Result>` : '<ok/>')
    })
    const { stderr, code } = await conform(['--endpoint', endpoint, ...ONE_CASE]).ended
    expect(stderr).toContain('These buckets could not be removed: conformance-')
    expect(requests.length).toBeLessThan(510)
    expect(code).toBe(1)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('sends nothing more for a case after %s', async (signal, exitCode) => {
    const kept = new Set<string>()
    const { endpoint, requests } = await fakeS3(({ method, bucket }, response) => {
      if (method === 'PUT') kept.add(bucket)
      if (method === 'DELETE') kept.delete(bucket)
      if (requests.length > 1) return response.end('<ok/>')
      // Answers the case's first request once the signal has arrived.
      child.stderr.once('data', () => response.end('<ok/>'))
      return child.kill(signal)
    })
    const { child, ended } = conform(['--endpoint', endpoint, '--only', 'copyobject'])
    const { code } = await ended
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'DELETE'])
    expect([...kept]).toEqual([])
    expect(code).toBe(exitCode)
  })

  // Without a signal, the removal may take 30 seconds.
  const limit = { timeout: 20_000 }
  it('exits after a signal even if the deletion hangs, and names the bucket', limit, async () => {
    const { endpoint, requests } = await fakeS3(({ method }, response) => {
      if (method !== 'DELETE') return response.end('<ok/>')
      child.kill('SIGINT')
      // A server that is never silent and never finished.
      const timer = setInterval(() => response.write('x'), 100)
      return response.once('close', () => clearInterval(timer))
    })
    const { child, ended } = conform(['--endpoint', endpoint, ...ONE_CASE])
    const { stdout, stderr, code } = await ended
    expect(requests.at(-1)?.method).toBe('DELETE')
    expect(stdout).toContain('The run was interrupted')
    expect(stderr).toContain(`These buckets could not be removed: ${requests[0]?.bucket}`)
    expect(code).toBe(130)
  })

  it('exits at once on a second signal, and names the bucket left behind', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const { endpoint, requests } = await fakeS3(({ method }, response) => {
      // The removal is never answered.
      if (method === 'DELETE') child.kill('SIGINT')
      else response.end('<ok/>')
    })
    const { child, ended } = conform(['--endpoint', endpoint, ...ONE_CASE])
    child.stderr.once('data', () => child.kill('SIGTERM'))
    const { stderr, code } = await ended
    expect(stderr).toContain(`Left behind: ${requests[0]?.bucket}`)
    expect(code).toBe(143)
  })

  it('sends AWS_SESSION_TOKEN only with AWS_ACCESS_KEY_ID', async () => {
    const { endpoint, requests } = await lenientS3(new Set())
    const args = ['--endpoint', endpoint, ...ONE_CASE]
    const env = { AWS_SECRET_ACCESS_KEY: 'a-secret', AWS_SESSION_TOKEN: 'from-the-environment' }
    await conform([...args, '--access-key-id', 'local'], env).ended
    expect(new Set(requests.splice(0).map(({ token }) => token))).toEqual(new Set([undefined]))
    await conform(args, { ...env, AWS_ACCESS_KEY_ID: 'local' }).ended
    expect(new Set(requests.map(({ token }) => token))).toEqual(new Set(['from-the-environment']))
  })

  it("sends an AWS account's key from the environment nowhere else", async () => {
    const { endpoint, requests } = await lenientS3(new Set())
    const args = ['--endpoint', endpoint, ...ONE_CASE]
    for (const id of ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE']) {
      const env = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'a-secret' }
      const { stderr, code } = await conform(args, env).ended
      expect(stderr).toContain('AWS_ACCESS_KEY_ID is the key of an AWS account')
      expect(code).toBe(2)
      expect(requests).toEqual([])
    }
    const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret' }
    expect((await conform([...args, '--yes'], env).ended).stdout).toContain('0 of 1 cases')
  })

  it("escapes the server's control characters", async () => {
    const { endpoint } = await fakeS3((_request, response) => {
      response.statusCode = 400
      response.end('\u001b[31mred')
    })
    const { stdout } = await conform(['--endpoint', endpoint, ...ONE_CASE]).ended
    expect(stdout).toContain('answered 400: \\u001b[31mred')
    expect(stdout).not.toContain('\u001b')
  })

  it('names a wrong key when it rejects it', async () => {
    const s3 = await start()
    const unknown = { AWS_ACCESS_KEY_ID: 'unknown', AWS_SECRET_ACCESS_KEY: 'a-secret' }
    const wrong = { AWS_ACCESS_KEY_ID: 'waybill-local', AWS_SECRET_ACCESS_KEY: 'a-secret' }
    for (const [env, message] of [
      [unknown, 'does not know the access key unknown'],
      [wrong, 'the secret access key does not belong to waybill-local'],
    ] as const) {
      const { stderr, code } = await conform(['--endpoint', s3.endpoint], env).ended
      expect(stderr).toContain(message)
      expect(stderr).not.toContain('a-secret')
      expect(code).toBe(1)
    }
  })

  it('names the wrong region when it rejects it', async () => {
    const s3 = await start({ region: 'eu-west-1' })
    const { stderr } = await conform(['--endpoint', s3.endpoint]).ended
    expect(stderr).toContain('is not in the region us-east-1, see --region')
  })

  it.each<readonly [string, RequestListener]>([
    ['a page', (_request, response) => response.setHeader('content-type', 'text/html').end('<p>')],
    ['broken XML', (_, response) => response.setHeader('content-type', 'text/xml').end('<a')],
  ])('rejects an endpoint that is not S3: %s', async (_what, listener) => {
    const endpoint = await listening(createServer(listener))
    const { stderr, code } = await conform(['--endpoint', endpoint]).ended
    expect(stderr).toContain('is no S3')
    expect(code).toBe(1)
  })

  it('gives up within seconds when nobody responds', async () => {
    const sockets: Socket[] = []
    const server = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { stderr, code } = await conform(['--endpoint', `http://127.0.0.1:${port}`]).ended
    expect(stderr).toContain('cannot be reached: no complete answer within 5 seconds')
    for (const socket of sockets) socket.destroy()
    expect(code).toBe(1)
    await new Promise((resolve) => server.close(resolve))
    const closed = await conform(['--endpoint', `http://127.0.0.1:${port}`]).ended
    expect(closed.stderr).toContain('cannot be reached: connect ECONNREFUSED')
  })

  it.each([
    [[], '--endpoint is missing'],
    [['--endpoint', 'localhost:9000'], 'expected a URL such as http://localhost:9000'],
    [['--endpoint', 'http://key:secret@localhost'], 'has more than a host and a port'],
    [['--endpoint', 'https://s3.eu-west-1.amazonaws.com'], 'Add --yes to run them'],
    [['--endpoint', 'https://b.s3.amazonaws.com'], 'Add --yes to run them'],
    [['--endpoint', 'http://localhost:9', '--only', 'xyzzy'], 'which no case contains'],
  ])('rejects %j', async (args, message) => {
    const { stderr, code } = await conform(args).ended
    expect(stderr.replace(/\s+/g, ' ')).toContain(message)
    expect(code).toBe(2)
  })
})
