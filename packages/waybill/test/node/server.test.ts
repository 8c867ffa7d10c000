import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer } from 'waybill/node'

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

describe('startServer', () => {
  it('listens on a free port and reports its address', async () => {
    const server = await startServer((_, response) => response.end('hello'))
    onTestFinished(() => server.close())
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await (await fetch(server.url)).text()).toBe('hello')
  })

  it.each(['0.0.0.0', '::1'])('returns a URL that can be opened for %s', async (host) => {
    const server = await startServer((_, response) => response.end('hello'), { host })
    onTestFinished(() => server.close())
    expect(await (await fetch(server.url)).text()).toBe('hello')
  })

  it('fails with EADDRINUSE if the port is taken', async () => {
    const server = await startServer(() => {})
    onTestFinished(() => server.close())
    await expect(startServer(() => {}, { port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})

describe('close', () => {
  it('lets a request in flight finish, and accepts no others', async () => {
    const arrived = Promise.withResolvers<ServerResponse>()
    const server = await startServer((_, response) => arrived.resolve(response))
    const answer = fetch(server.url).then((response) => response.text())
    const response = await arrived.promise
    const closed = server.close()
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
    response.end('finished')
    expect(await answer).toBe('finished')
    await closed
  })

  it('closes a kept-alive connection, and one without any request', async () => {
    const server = await startServer((_, response) => response.end('hello'))
    const [kept, silent] = [await open(server.port), await open(server.port)]
    const ended = [once(kept, 'close'), once(silent, 'close')]
    kept.write(REQUEST)
    await once(kept, 'data')
    await server.close()
    await Promise.all(ended)
  })

  it('closes a kept-alive connection after the response in flight', async () => {
    const arrived = Promise.withResolvers<ServerResponse>()
    const server = await startServer((_, response) => {
      response.write('begun')
      arrived.resolve(response)
    })
    const socket = await open(server.port)
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    const ended = once(socket, 'close')
    socket.write(REQUEST)
    const response = await arrived.promise
    const closed = server.close()
    response.end('x'.repeat(1_000_000))
    await Promise.all([ended, closed])
    expect(text.length).toBeGreaterThan(1_000_000)
    expect(text).toMatch(/0\r\n\r\n$/)
  })

  it('waits no longer than its grace period for a request that never ends', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await startServer(() => arrived.resolve(), { graceMs: 1 })
    const answer = fetch(server.url).catch((error: unknown) => error)
    await arrived.promise
    await server.close()
    expect(await answer).toBeInstanceOf(TypeError)
  })

  it('can be called twice', async () => {
    const server = await startServer(() => {})
    await Promise.all([server.close(), server.close()])
    await server.close()
  })
})
