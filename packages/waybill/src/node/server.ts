/**
 * Starts a `node:http` server that shuts down gracefully: it stops listening, closes idle
 * connections, and waits up to `graceMs` for requests in progress.
 *
 * @module
 */

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** Options for `startServer`. */
export interface ServerOptions {
  /**
   * Port to listen on; 0 picks a free one.
   * @default 0
   */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly host?: string
  /**
   * Time limit in milliseconds for receiving a request, including its body; 0 means no limit.
   * @default 300000
   */
  readonly requestTimeoutMs?: number
  /**
   * How long a connection without requests stays open, in milliseconds. Behind a load balancer, this
   * must be longer than the balancer's own limit, often 60 seconds. Otherwise it sends some requests
   * just when the server closes the connection, and responds with 502.
   * @default 5000
   */
  readonly keepAliveTimeoutMs?: number
  /**
   * How long `close` waits for requests in progress, in milliseconds.
   * @default 10000
   */
  readonly graceMs?: number
}

/** A server started by `startServer`. */
export interface RunningServer {
  readonly port: number
  /** The server's address, such as `http://127.0.0.1:8787`. */
  readonly url: string
  /**
   * Stops accepting connections and resolves once all of them are closed. Further calls return the
   * same promise.
   */
  close(): Promise<void>
}

/**
 * Starts an HTTP server. Resolves once it is listening.
 *
 * @throws {Error} If the server cannot listen. `code` is `EADDRINUSE` if the port is taken.
 * @example
 * ```ts
 * const handler = toNodeHandler(signer, { basePath: '/api/uploads' })
 * const server = await startServer(handler, { port: 3000, host: '0.0.0.0' })
 * process.once('SIGTERM', () => server.close()) // requests in progress finish first
 * ```
 */
export async function startServer(
  listener: RequestListener,
  {
    port = 0,
    host = '127.0.0.1',
    requestTimeoutMs = 300_000,
    keepAliveTimeoutMs = 5000,
    graceMs = 10_000,
  }: ServerOptions = {},
): Promise<RunningServer> {
  const timeouts = { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs }
  const server = createServer(timeouts, listener)
  const connections = countRequests(server)
  await listen(server, port, host)
  const address = server.address()
  if (!isAddressInfo(address)) throw new TypeError('the server listens on a pipe, expected a port')
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
  readonly requests: Map<Socket, number>
  closing: boolean
}

/**
 * Counts the requests in progress on each connection. Node closes idle connections itself, but
 * treats a connection that has not sent anything yet as busy. Browsers open such connections in
 * advance.
 */
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

/** Returns a host that a browser on this machine can open. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
