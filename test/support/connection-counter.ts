/**
 * A relay that knows which connections it was asked for, and whether bytes came over them.
 *
 * @module
 */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ConnectionCounter {
  /** Where clients connect to. */
  readonly origin: string
  /** Bytes that came over each connection, in their order. */
  readonly received: readonly number[]
  /** Says where bytes go; until then nobody answers. */
  leadTo(origin: string): void
  /** Resolves when so many connections have been opened. */
  opened(count: number): Promise<void>
}

/** Is stopped when the test has finished. */
export async function countConnections(): Promise<ConnectionCounter> {
  const received: number[] = []
  const sockets = new Set<Socket>()
  const changed = new EventTarget()
  let upstream: URL | undefined
  const server = createServer((socket) => {
    const index = received.push(0) - 1
    sockets.add(socket)
    socket.on('data', (bytes) => {
      received[index] = (received[index] ?? 0) + bytes.length
    })
    socket.on('error', () => {}) // a client that went
    changed.dispatchEvent(new Event('opened'))
    if (!upstream) return
    const onward = connect(Number(upstream.port), upstream.hostname)
    sockets.add(onward)
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    socket.pipe(onward).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    leadTo: (origin) => {
      upstream = new URL(origin)
    },
    opened: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length >= count) resolve()
        }
        changed.addEventListener('opened', look)
        look()
      }),
  }
}
