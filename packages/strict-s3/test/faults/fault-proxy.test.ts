import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { closed, listening, startEchoServer } from '@waybill/test-support/echo-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type FaultProxy,
  type FaultProxyOptions,
  startFaultProxy,
} from '../../src/faults/fault-proxy.ts'
import { rawClient } from '../raw-client.ts'

const MIB = 1024 ** 2

async function echoBehindProxy(options: Partial<FaultProxyOptions> = {}) {
  const upstream = await startEchoServer()
  const proxy = await startFaultProxy({ upstream: upstream.endpoint, ...options })
  onTestFinished(async () => {
    await proxy.close()
    await upstream.close()
  })
  return { upstream, proxy }
}

async function proxyBefore(server: Server): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ upstream: await listening(server) })
  onTestFinished(async () => {
    await proxy.close()
    await closed(server)
  })
  return proxy
}

describe('startFaultProxy', () => {
  it.each([
    'GET // HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /a HTTP/1.1\r\nHost: a\r\nTrailer: y\r\n\r\n',
  ])('closes the connection of a request that cannot be forwarded: %j', async (request) => {
    const { proxy } = await echoBehindProxy()
    const { socket, closed } = rawClient(proxy.endpoint)
    socket.write(request)
    await closed
    expect((await fetch(`${proxy.endpoint}/after`)).status).toBe(200)
  })

  it('never closes a connection for being idle', async () => {
    const { proxy } = await echoBehindProxy()
    const { headers } = await fetch(`${proxy.endpoint}/a`)
    expect(headers.get('connection')).toBe('keep-alive')
    // Node says here after how many seconds it ends it.
    expect(headers.get('keep-alive')).toBeNull()
  })

  it('forwards path, query, headers and body unchanged, including Host and repeated headers', async () => {
    const { upstream, proxy } = await echoBehindProxy()
    const outgoing = httpRequest(`${proxy.endpoint}/bucket/a%20b+c?x=%2F&y`, {
      method: 'PUT',
      headers: { Host: 'bucket.example:81', 'X-Two': ['one', 'two'], 'Content-Length': 3 },
    })
    outgoing.end('abc')
    const [answer] = await once(outgoing, 'response')
    answer.resume()
    await once(answer, 'end')
    const [reached] = upstream.reached
    expect(reached?.url).toBe('/bucket/a%20b+c?x=%2F&y')
    expect(reached?.body.toString()).toBe('abc')
    const raw = reached?.rawHeaders ?? []
    const named = (name: string) => raw.filter((_, index) => index % 2 && raw[index - 1] === name)
    expect(named('Host')).toEqual(['bucket.example:81'])
    expect(named('X-Two')).toEqual(['one', 'two'])
    expect(named('Content-Length')).toEqual(['3'])
  })

  it('returns status, headers and body of the response unchanged', async () => {
    const body = createHash('sha512').update('seed').digest()
    const server = createServer((_incoming, outgoing) => {
      outgoing.writeHead(207, 'As Ever', ['ETag', '"abc"', 'X-Two', 'one', 'X-Two', 'two'])
      outgoing.end(body)
    })
    const proxy = await proxyBefore(server)
    const answer = await fetch(`${proxy.endpoint}/bucket/key`)
    expect([answer.status, answer.statusText]).toEqual([207, 'As Ever'])
    expect(answer.headers.get('etag')).toBe('"abc"')
    expect(answer.headers.get('x-two')).toBe('one, two')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(body)
  })

  it('reads from the client no faster than upstream does', async () => {
    const size = 96 * MIB
    let taken = 0
    let farthestAhead = 0
    const server = createServer(async (incoming, outgoing) => {
      for await (const chunk of incoming) {
        taken += chunk.length
        farthestAhead = Math.max(farthestAhead, (proxy.exchanges[0]?.received ?? 0) - taken)
        // A proxy that buffers would run far ahead while upstream dawdles.
        for (let turn = 0; turn < 4; turn += 1) await nextTurn()
      }
      outgoing.end('done')
    })
    const proxy = await proxyBefore(server)
    const piece = Buffer.alloc(MIB)
    const body = Readable.from(Array.from({ length: size / MIB }, () => piece))
    const outgoing = httpRequest(`${proxy.endpoint}/bucket/key`, { method: 'PUT' })
    body.pipe(outgoing)
    const [answer] = await once(outgoing, 'response')
    answer.resume()
    expect(taken).toBe(size)
    expect(farthestAhead).toBeLessThan(32 * MIB)
  })

  it("passes upstream's early refusal to a client that is still sending", async () => {
    const server = createServer((_incoming, outgoing) => {
      outgoing.writeHead(400)
      outgoing.end('too large')
    })
    const proxy = await proxyBefore(server)
    const body = new Blob([new Uint8Array(32 * MIB)])
    const answer = await fetch(`${proxy.endpoint}/bucket/key`, { method: 'PUT', body })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toBe('too large')
  })

  it('resets open and new connections while offline, and works again once online', async () => {
    const { upstream, proxy } = await echoBehindProxy({
      plan: () => ({ kind: 'stall-request', afterBytes: 0 }),
    })
    const inFlight = fetch(`${proxy.endpoint}/bucket/key`, { method: 'PUT', body: 'abc' })
    await proxy.until(() => proxy.stalled === 1)
    proxy.offline()
    await expect(inFlight).rejects.toThrow('fetch failed')
    await expect(fetch(`${proxy.endpoint}/bucket/key`)).rejects.toThrow('fetch failed')
    await proxy.until(() => proxy.refused > 0)
    expect(upstream.reached.some(({ whole }) => whole)).toBe(false)
    proxy.online()
    proxy.usePlan(() => undefined)
    const answer = await fetch(`${proxy.endpoint}/bucket/key`)
    expect(await answer.text()).toBe('hello from upstream')
  })

  it('counts attempts by operation, path and part', async () => {
    const { proxy } = await echoBehindProxy()
    const targets = ['k?partNumber=1&uploadId=a', 'k?partNumber=2&uploadId=a', 'other']
    for (const target of [...targets, ...targets]) {
      const answer = await fetch(`${proxy.endpoint}/bucket/${target}`, { method: 'PUT', body: 'x' })
      await answer.text()
    }
    const seen = proxy.exchanges.map(({ request }) => [
      request.operation,
      request.partNumber,
      request.attempt,
    ])
    expect(seen).toEqual([
      ['UploadPart', 1, 0],
      ['UploadPart', 2, 0],
      ['PutObject', undefined, 0],
      ['UploadPart', 1, 1],
      ['UploadPart', 2, 1],
      ['PutObject', undefined, 1],
    ])
  })

  it('summarizes the faults it injected', async () => {
    const { proxy } = await echoBehindProxy({
      name: 'S3',
      plan: ({ number }) =>
        number % 2 === 1 ? { kind: 'SlowDown', cors: true, early: false } : undefined,
    })
    for (let count = 0; count < 4; count += 1) {
      await (await fetch(`${proxy.endpoint}/bucket/key`, { method: 'PUT', body: 'abc' })).text()
    }
    expect(proxy.summary().split('\n')).toEqual([
      'S3: 4 requests, 2 faulted (50.0 %), 0 connections refused, 12 bytes received',
      '  PutObject 4',
      '  SlowDown 2',
    ])
  })
})
