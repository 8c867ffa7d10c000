import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type LogEntry, type ObjectCreatedEvent, type RequestEntry, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { policyText, putPolicy } from '../../../test/conformance/request/policy-case.ts'
import type { System } from '../../../test/conformance/system.ts'
import { rawClient } from './raw-client.ts'
import { start } from './start.ts'

/** Sends `text` as it is. */
function sendRaw({ target }: System, text: string) {
  const client = rawClient(target.endpoint)
  onTestFinished(() => void client.socket.destroy())
  client.socket.write(text)
  return client
}

/** Sends the head and some bytes of a body of `size` bytes, and hangs up. */
async function putAndLeave(system: System, size: number, sent: number): Promise<void> {
  const { path } = await system.presigned({ method: 'PUT', key: 'a' })
  const { socket } = rawClient(system.target.endpoint)
  socket.write(`PUT ${path} HTTP/1.1\r\nHost: ${system.host}\r\nContent-Length: ${size}\r\n\r\n`)
  socket.write('x'.repeat(sent), () => socket.destroy())
}

describe('startStrictS3', () => {
  it('listens on a free port and reports it', async () => {
    const { server } = await start()
    expect(server).toMatchObject({
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    })
  })

  it('rejects if the port is taken', async () => {
    const { port } = (await start()).server
    await expect(startStrictS3({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('rejects a bucket name that S3 would refuse', async () => {
    await expect(startStrictS3({ buckets: ['Bad_Name'] })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    })
  })

  it('rejects a CORS rule that S3 would refuse', async () => {
    const cors = [{ allowedOrigins: ['http://*.*'], allowedMethods: ['GET' as const] }]
    await expect(startStrictS3({ buckets: [{ name: 'uploads', cors }] })).rejects.toMatchObject({
      code: 'InvalidRequest',
    })
  })

  it('rejects an empty list of credentials', async () => {
    await expect(startStrictS3({ credentials: [] })).rejects.toBeInstanceOf(TypeError)
  })

  it('closes while a client is still connected, and can be closed twice', async () => {
    const server = await startStrictS3()
    const { socket } = rawClient(server.endpoint)
    await new Promise((resolve) => socket.once('connect', resolve))
    await server.close()
    await server.close()
    socket.destroy()
  })

  it('finds the objects that an earlier server stored on disk', async () => {
    const dir = temporaryFolder('waybill-again-')
    const first = await start({ dir })
    const headers = { 'content-type': 'a/b', 'x-amz-meta-owner': 'me', 'x-amz-tagging': 'a=1' }
    await first.system.put('key', 'hello', headers)
    await first.server.close()
    const { system } = await start({ dir })
    const reply = await system.reply({ key: 'key' })
    expect(reply.body.toString()).toBe('hello')
    expect(reply.headers).toMatchObject({
      'content-type': 'a/b',
      'x-amz-meta-owner': 'me',
      'x-amz-tagging-count': '1',
    })
  })

  it('takes its clock from the options', async () => {
    const { system } = await start({ now: () => new Date('2015-12-29T12:00:00Z') })
    const now = new Date('2015-12-29T12:00:01Z')
    const reply = await system.reply({ method: 'PUT', key: 'a', body: 'x', now })
    expect(reply.status).toBe(200)
    const today = await system.reply({ method: 'PUT', key: 'a', body: 'x' })
    expect(today.code).toBe('RequestTimeTooSkewed')
  })

  it("accepts a role's key only with its session token, and only until it expires", async () => {
    const role = { accessKeyId: 'ASIAROLE', secretAccessKey: 'secret', sessionToken: 'token' }
    const { system } = await start({ credentials: [role] })
    const put = (credentials: typeof system.target.credentials) =>
      system.signed({ method: 'PUT', key: 'a', body: 'x', credentials })
    expect((await system.send(await put(role))).status).toBe(200)
    const { sessionToken: _, ...without } = role
    expect((await system.send(await put(without))).code).toBe('InvalidAccessKeyId')
    const other = { ...role, sessionToken: 'other' }
    expect((await system.send(await put(other))).code).toBe('InvalidToken')
    const { system: dead } = await start({ credentials: [{ ...role, expiration: new Date(0) }] })
    const late = await dead.signed({ method: 'PUT', key: 'a', body: 'x', credentials: role })
    expect((await dead.send(late)).code).toBe('ExpiredToken')
  })
})

describe('onObjectCreated', () => {
  it("reports every kind of new object in EventBridge's format", async () => {
    const { server, system } = await start()
    const events: ObjectCreatedEvent[] = []
    const stop = server.onObjectCreated((event) => events.push(event))
    await system.put('a b/ü', 'hello')
    await system.expect(204, await system.form({ key: 'form', file: 'hello' }))
    const uploadId = await system.createUpload({}, system.key)
    const etag = await system.uploadPart(uploadId, 1, 'hello')
    await system.expect(200, await system.complete(uploadId, [[1, etag]]))
    stop()
    await system.put('unseen', 'hello')
    expect(events.map(({ detail }) => [detail.reason, detail.object.key])).toEqual([
      ['PutObject', 'a b/ü'],
      ['POST Object', 'form'],
      ['CompleteMultipartUpload', system.key],
    ])
    expect(events[0]).toMatchObject({
      version: '0',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::uploads'],
      detail: {
        version: '0',
        bucket: { name: 'uploads' },
        object: { size: 5, etag: '5d41402abc4b2a76b9719d911017c592' },
        'source-ip-address': '127.0.0.1',
      },
    })
    const sequencers = events.map(({ detail }) => detail.object.sequencer)
    expect([...sequencers].sort()).toEqual(sequencers)
  })

  it("uses its partition in the bucket's ARN, in events and policies", async () => {
    const { server, system } = await start({ region: 'cn-north-1' })
    const events: ObjectCreatedEvent[] = []
    server.onObjectCreated((event) => events.push(event))
    await system.put('a', 'hello')
    expect(events[0]).toMatchObject({
      region: 'cn-north-1',
      resources: ['arn:aws-cn:s3:::uploads'],
    })

    const deny = policyText(system, { Effect: 'Deny', Action: 's3:GetObject' })
    const foreign = await system.send(await putPolicy(system, deny))
    expect(String(foreign.body)).toContain('<Code>MalformedPolicy</Code>')
    await system.expect(204, await putPolicy(system, deny.replaceAll('arn:aws:', 'arn:aws-cn:')))
    await system.expectReply(403, { key: 'a' })
  })

  it('reports nothing about a rejected write', async () => {
    const { server, system } = await start()
    const events: ObjectCreatedEvent[] = []
    server.onObjectCreated((event) => events.push(event))
    await system.expect(403, await system.form({ expiration: new Date(0) }))
    expect(events).toEqual([])
  })

  it('answers the client even if a listener throws', async () => {
    const { server, system } = await start()
    server.onObjectCreated(() => {
      throw new Error('listener failed')
    })
    expect((await system.put('a', 'x')).status).toBe(200)
  })
})

describe('a response', () => {
  it('spells its header names as S3 does', async () => {
    const { system } = await start()
    await system.put('a', 'hello', { 'x-amz-meta-color': 'red' })
    const { path, headers } = await system.signed({ key: 'a' })
    const sent = request(system.target.endpoint + path, { headers }).end()
    const [response]: IncomingMessage[] = await once(sent, 'response')
    response?.resume()
    const expected = [
      'ETag',
      'Content-Length',
      'Last-Modified',
      'Accept-Ranges',
      'x-amz-meta-color',
    ]
    expect(response?.rawHeaders).toEqual(expect.arrayContaining(expected))
  })
})

describe('a DELETE', () => {
  it.each([
    ['if-none-match', '*'],
    ['if-none-match', '"5d41402abc4b2a76b9719d911017c592"'],
    ['if-modified-since', 'Mon, 01 Jan 2001 00:00:00 GMT'],
    ['if-unmodified-since', 'Mon, 01 Jan 2001 00:00:00 GMT'],
  ])('deletes nothing with %s: %s, a condition that only reads support', async (name, value) => {
    const { system } = await start()
    await system.put('a', 'hello')
    const request = { method: 'DELETE', key: 'a', headers: { [name]: value } }
    const reply = await system.reply(request)
    expect([reply.status, reply.code]).toEqual([501, 'NotImplemented'])
    expect(await system.keys()).toEqual(['a'])
  })
})

describe('a client that disconnects', () => {
  it('in the middle of an upload leaves nothing behind but a line in the log', async () => {
    const dir = temporaryFolder('waybill-gone-')
    const logged = Promise.withResolvers<LogEntry>()
    const { system } = await start({ dir, log: (_line, entry) => logged.resolve(entry) })
    await putAndLeave(system, 1_000_000, 500_000)
    expect(await logged.promise).toMatchObject({ status: 499, code: 'ClientGone' })
    expect(await system.keys()).toEqual([])
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })

  it('after sending everything does not cause a server error', async () => {
    for (let round = 0; round < 20; round += 1) {
      const logged = Promise.withResolvers<LogEntry>()
      const { system } = await start({ log: (_line, entry) => logged.resolve(entry) })
      await putAndLeave(system, 8_000_000, 8_000_000)
      expect([200, 499]).toContain(((await logged.promise) as RequestEntry).status)
    }
  })
})

describe('a body that is too long', () => {
  it('is answered while it is still being sent, and not read to its end', async () => {
    const { system } = await start()
    const form = await system.form({ conditions: [['content-length-range', 0, 10]], file: 'x' })
    const text = Buffer.from(form.body ?? []).toString('latin1')
    const head = text.slice(0, text.indexOf('\r\n\r\nx\r\n') + 4)
    const { socket, answer } = sendRaw(
      system,
      `POST /uploads HTTP/1.1\r\nHost: ${system.host}\r\nContent-Type: ${form.headers['content-type']}\r\nContent-Length: 1000000000\r\n\r\n`,
    )
    socket.write(Buffer.from(head, 'latin1'))
    socket.write('y'.repeat(100))
    await eventually(answer).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*connection: close[\s\S]*EntityTooLarge/i,
    )
  })

  it('is not requested if the headers are already rejected', async () => {
    const { system } = await start()
    const { answer } = sendRaw(
      system,
      `PUT /uploads/a HTTP/1.1\r\nHost: ${system.host}\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n`,
    )
    await eventually(answer).toMatch(/^HTTP\/1\.1 403 /)
  })
})
