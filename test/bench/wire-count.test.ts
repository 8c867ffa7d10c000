import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startWireCount } from '../../bench/upload/wire-count.ts'

/** Sends so many bytes from another process. */
const SENDER = `
  const [port, size] = process.argv.slice(1).map(Number)
  require('node:net').connect(port, '127.0.0.1').end(Buffer.alloc(size))
`

async function startSink(): Promise<{ port: number; nextEnd(): Promise<unknown> }> {
  const server = createServer((socket) => {
    socket.resume()
    socket.on('end', () => server.emit('received'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, nextEnd: () => once(server, 'received') }
}

describe('startWireCount', () => {
  it('counts what other processes send, each byte once, and nothing from its own', async () => {
    const wire = startWireCount()
    const { port, nextEnd } = await startSink()
    for (const size of [1, 70_000]) {
      const received = nextEnd()
      spawn(process.execPath, ['-e', SENDER, String(port), String(size)])
      await received
      expect(wire.take()).toBe(size)
    }
    const received = nextEnd()
    connect(port, '127.0.0.1').end(Buffer.alloc(5000))
    await received
    expect(wire.take()).toBe(0)
  })
})
