import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { httpsSender, httpsSenderWithin } from '../../../src/lambda/https-sender.ts'

const MIB = 1024 ** 2

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const request = (url: string, body = 'ü') => ({ url, headers: { 'x-a': 'b' }, body })

/** Has time for an answer, also on a machine that stands still for as long as the usual limit. */
const send = (url: string, body?: string) => httpsSenderWithin(600_000)(request(url, body))

describe('httpsSender', () => {
  it('posts headers and a body with its length in bytes, and returns status and text', async () => {
    const seen: unknown[] = []
    const url = await serve(async ({ method, headers }, response) => {
      seen.push([method, headers['x-a'], headers['content-length']])
      response.writeHead(418)
      response.write('a')
      response.end('ü')
    })
    expect(await send(url)).toEqual({ status: 418, body: 'aü' })
    expect(seen).toEqual([['POST', 'b', '2']])
  })

  it('reads a response of up to 1 MiB', async () => {
    const url = await serve((request, response) => {
      const text: Buffer[] = []
      request.on('data', (bytes: Buffer) => text.push(bytes))
      request.on('end', () => response.end(Buffer.alloc(Number(Buffer.concat(text)))))
    })
    expect((await send(url, String(MIB))).body).toHaveLength(MIB)
    await expect(send(url, String(MIB + 1))).rejects.toThrow('response is too large')
  })

  it('gives up if no response comes in time', async () => {
    const url = await serve(() => {})
    const sending = httpsSender({ ...request(url), timeoutMs: 20 })
    await expect(sending).rejects.toThrow('no response within 20 ms')
  })

  it('waits no longer than its own limit', async () => {
    const url = await serve(() => {})
    const sending = httpsSender({ ...request(url), timeoutMs: 60_000 })
    await expect(sending).rejects.toThrow('no response within 1400 ms')
  })

  it('fails if the connection breaks, before or during the response', async () => {
    const before = await serve(({ socket }) => void socket.destroy())
    await expect(send(before)).rejects.toThrow()
    const within = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half', () => response.destroy())
    })
    await expect(send(within)).rejects.toThrow()
  })

  it('uses TLS for an https address', async () => {
    const url = await serve((_request, response) => response.end('plain'))
    await expect(send(url.replace('http:', 'https:'))).rejects.toThrow(/SSL|EPROTO|wrong version/i)
  })
})
