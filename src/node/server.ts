/**
 * A `node:http` server that starts with a promise and stops gracefully: it stops listening, closes the connections
 * that wait for nothing, lets the others finish, and does not wait for ever.
 *
 * @module
 */

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ServerOptions {
  /** 0 for any free port. @default 0 */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly host?: string
  /** How long one request may take to arrive, body and all; 0 for no limit. @default 300000 */
  readonly requestTimeoutMs?: number
  /** How long `close` waits for requests that are under way. @default 10000 */
  readonly graceMs?: number
}

export interface RunningServer {
  readonly port: number
  /** `http://127.0.0.1:8787` */
  readonly url: string
  /** Resolves when every connection is closed. Twice is the same as once. */
  close(): Promise<void>
}

/**
 * @throws {Error} What `listen` fails with; its `code` is `EADDRINUSE` when the port is taken.
 */
export async function startServer(
  listener: RequestListener,
  {
    port = 0,
    host = '127.0.0.1',
    requestTimeoutMs = 300_000,
    graceMs = 10_000,
  }: ServerOptions = {},
): Promise<RunningServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, listener)
  const connections = countRequests(server)
  await listen(server, port, host)
  const address = server.address()
  if (!isAddressInfo(address)) throw new TypeError('server listens on a pipe, expected a port')
  let closing: Promise<void> | undefined
  return {
    port: address.port,
    url: `http://${urlHost(host)}:${address.port}`,
    close: () => {
      closing ??= close(server, connections, graceMs)
      return closing
    },
  }
}

interface Connections {
  /** Requests under way, by connection. */
  readonly requests: Map<Socket, number>
  closing: boolean
}

/** Node closes idle connections too, but counts one that has not sent anything yet as busy: browsers open such ahead. */
function countRequests(server: Server): Connections {
  const connections: Connections = { requests: new Map(), closing: false }
  const { requests } = connections
  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0)
    socket.once('close', () => requests.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1)
    if (connections.closing) response.setHeader('connection', 'close')
    response.once('close', () => {
      const left = (requests.get(socket) ?? 1) - 1
      if (requests.has(socket)) requests.set(socket, left)
      if (connections.closing && left === 0) socket.destroySoon()
    })
  })
  return connections
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server, connections: Connections, graceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connections.closing = true
    const limit = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close((error) => {
      clearTimeout(limit)
      if (error) reject(error)
      else resolve()
    })
    for (const [socket, requests] of connections.requests) if (requests === 0) socket.destroy()
  })
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

/** What a browser on this machine can open. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
