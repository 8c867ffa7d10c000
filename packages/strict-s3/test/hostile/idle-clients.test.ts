/**
 * Clients that stop sending, or stop reading. Idle time passes when a test says so: for a server
 * that gives up after a moment, a machine that stands still for that long is an idle client. Where
 * being given up is all that is asked, it really passes.
 *
 * @module
 */

import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type LogEntry, type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunked } from '../../../../test/conformance/request/aws-chunked-request.ts'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { System } from '../../../../test/conformance/system.ts'
import { headOf, rawClient } from '../raw-client.ts'

const MESSAGE =
  'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.'

let dir: string
let server: StrictS3
let system: System
let logged: PromiseWithResolvers<LogEntry>
let requests: Begun[]

interface Begun {
  readonly request: IncomingMessage
  readonly socket: Socket
}

/** Node tells of each request of this process that a server has read the head of. */
const BEGUN = channel('http.server.request.start')

function onBegun(message: unknown): void {
  requests.push({ ...(message as Begun) })
}

beforeEach(async () => {
  dir = temporaryFolder('waybill-idle-')
  requests = []
  BEGUN.subscribe(onBegun)
  await start()
})

async function start(idleMs?: number): Promise<void> {
  logged = Promise.withResolvers()
  const log = (_line: string, entry: LogEntry) => logged.resolve(entry)
  server = await startStrictS3({ dir, buckets: ['uploads'], log }, idleMs ? { idleMs } : {})
  system = new System(server, 'uploads')
}

afterEach(async () => {
  BEGUN.unsubscribe(onBegun)
  await server.close()
})

/** What the server has of the client's request, when it has read all that was sent so far. */
async function received(client: Socket): Promise<Begun> {
  if (client.connecting) await once(client, 'connect')
  for (;;) {
    const begun = requests.find(({ socket }) => socket.remotePort === client.localPort)
    if (begun?.socket.bytesRead === client.bytesWritten) return begun
    await nextTurn()
  }
}

/** The idle time goes by, once the server waits for more of the body. */
async function passIdleTime({ request, socket }: Begun): Promise<void> {
  while (request.readableLength > 0 || request.listenerCount('error') === 0) await nextTurn()
  socket.emit('timeout')
}

/** Sends the head and the first `count` bytes of the body. */
function begin(count: number, raw: RawRequest, more = '') {
  const client = rawClient(server.endpoint)
  client.socket.write(headOf(raw, more))
  client.socket.write(Buffer.from(raw.body ?? []).subarray(0, count))
  return client
}

/** Sends no more than that. @returns All that is answered. */
async function stopAfter(...sent: Parameters<typeof begin>): Promise<string> {
  const { socket, closed } = begin(...sent)
  await passIdleTime(await received(socket))
  return closed
}

const BODY = 'x'.repeat(20_000)

const REQUESTS: readonly (readonly [what: string, request: () => Promise<RawRequest>])[] = [
  ['a PUT', () => system.signed({ method: 'PUT', key: 'a', body: BODY })],
  ['a presigned PUT', () => system.presigned({ method: 'PUT', key: 'a', body: BODY })],
  ['signed chunks', () => chunked({ chunks: [BODY], signed: true })(system)],
  ['a form', () => system.form({ key: 'a', file: BODY })],
  ['a document', () => system.signed({ method: 'PUT', query: { policy: '' }, body: BODY })],
]

describe('a client that stops in the middle of', () => {
  it.each(REQUESTS)('%s gets a RequestTimeout, and nothing is stored', async (_what, request) => {
    const answer = await stopAfter(10_000, await request())
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nconnection: close\r\n/i)
    expect(answer).toContain(`<Code>RequestTimeout</Code><Message>${MESSAGE}</Message>`)
    expect(await logged.promise).toMatchObject({ status: 400, code: 'RequestTimeout' })
    expect(await system.keys()).toEqual([])
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })

  it.each(REQUESTS)('%s, before the first byte, gets a RequestTimeout', async (_what, request) => {
    expect(await stopAfter(0, await request())).toContain('<Code>RequestTimeout</Code>')
  })

  it('a PUT gets a RequestTimeout without any further event', async () => {
    await server.close()
    await start(150)
    let answer = ''
    // A machine that stands still before the head is read closes the connection without a word.
    while (answer === '') {
      const put = await system.signed({ method: 'PUT', key: 'a', body: BODY })
      answer = await begin(10_000, put).closed
    }
    expect(answer).toContain('<Code>RequestTimeout</Code>')
  })

  it('a form, before its file, gets a RequestTimeout', async () => {
    const answer = await stopAfter(200, await system.form({ key: 'a', file: BODY }))
    expect(answer).toContain('<Code>RequestTimeout</Code>')
  })

  it('an UploadPart can send the part again', async () => {
    const uploadId = await system.createUpload()
    const query = { uploadId, partNumber: '1' }
    const part = await system.signed({ method: 'PUT', key: system.key, query, body: BODY })
    expect(await stopAfter(10_000, part)).toContain('<Code>RequestTimeout</Code>')
    await system.expect(200, part)
  })

  it('a body it was asked for gets a RequestTimeout', async () => {
    const raw = await system.signed({ method: 'PUT', key: 'a', body: BODY })
    const answer = await stopAfter(0, raw, 'expect: 100-continue\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /)
    expect(answer).toContain('<Code>RequestTimeout</Code>')
  })
})

describe('an idle connection', () => {
  it('is closed without a response if there is no request', async () => {
    await server.close()
    await start(150)
    expect(await rawClient(server.endpoint).closed).toBe('')
  })

  it('is cut if the client does not read its response', async () => {
    await system.put('a', Buffer.alloc(64 * 1024 * 1024))
    await logged.promise
    logged = Promise.withResolvers()
    const raw = await system.presigned({ key: 'a' })
    const { socket } = rawClient(server.endpoint)
    socket.pause()
    socket.write(`GET ${raw.path} HTTP/1.1\r\nhost: ${system.host}\r\n\r\n`)
    const begun = await received(socket)
    // Before it has begun to answer, the server waits on.
    while (!begun.socket.destroyed) {
      begun.socket.emit('timeout')
      await nextTurn()
    }
    expect(await logged.promise).toMatchObject({ operation: 'GetObject', code: 'ClientGone' })
    socket.destroy()
  })
})
