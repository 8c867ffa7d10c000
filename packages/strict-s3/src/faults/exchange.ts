/**
 * Forwards one request and its response. Bytes are forwarded as they arrive. End-to-end headers
 * stay unchanged, including `Host`, so that signatures remain valid. When one side closes its
 * connection, the proxy closes the other.
 *
 * @module
 */

import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { type Duplex, PassThrough, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { countBytes } from './wire-streams.ts'

export interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly upstream: URL
  /** Called with the size of each piece of the request body in bytes. */
  readonly received: (bytes: number) => void
}

export interface Asked {
  readonly upstreamRequest: ClientRequest
  /** Rejects if upstream or the client disconnects before upstream responds. */
  readonly response: Promise<IncomingMessage>
}

/**
 * Announces `keep-alive`, but uses each connection only once. If connections were reused, the
 * server could close one at any time, which would be an unplanned fault. With `Connection: close`,
 * servers reset the connection before the client has read an early error response.
 */
const ONE_REQUEST = new Agent({ keepAlive: true, maxFreeSockets: 0 })

/** The body is piped `through` a stream that may change it. */
export function askUpstream(exchange: Exchange, through: Duplex = new PassThrough()): Asked {
  const { incoming, outgoing, upstream } = exchange
  const upstreamRequest = httpRequest({
    host: upstream.hostname,
    port: upstream.port,
    method: incoming.method,
    path: incoming.url,
    headers: requestHeaders(incoming),
    setHost: false,
    agent: ONE_REQUEST,
  })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    upstreamRequest.on('response', resolve)
    upstreamRequest.on('error', reject)
    upstreamRequest.on('close', () => reject(new Error('upstream connection ended')))
  })
  // If the client has disconnected, a missing response is not an error.
  response.catch(() => undefined)
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstreamRequest.destroy()
  })
  upstreamRequest.on('close', () => {
    // Upstream may respond before it has read the whole request. Discard the rest of the request,
    // because the client is still sending it.
    through.unpipe(upstreamRequest)
    through.resume()
  })
  incoming.pipe(countBytes(exchange.received)).pipe(through).pipe(upstreamRequest)
  return { upstreamRequest, response }
}

/** The body is piped `through` streams that may change it. */
export async function relay(
  { outgoing }: Exchange,
  response: IncomingMessage,
  ...through: readonly Transform[]
): Promise<void> {
  writeHead(outgoing, response)
  // The pipeline fails if the client disconnects. That is not an error here.
  await pipeline([response, ...through, outgoing]).catch(() => undefined)
}

export function writeHead(outgoing: ServerResponse, response: IncomingMessage): void {
  outgoing.sendDate = false
  outgoing.writeHead(
    response.statusCode ?? 502,
    response.statusMessage ?? '',
    endToEnd(response.rawHeaders),
  )
}

/** Resolves once the connection has been established, or has failed. */
export function connected(upstreamRequest: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    upstreamRequest.on('close', resolve)
    const onSocket = (socket: Socket): void => {
      if (socket.connecting) socket.once('connect', resolve)
      else resolve()
    }
    if (upstreamRequest.socket) onSocket(upstreamRequest.socket)
    else upstreamRequest.once('socket', onSocket)
  })
}

/** Resets both connections, as a failing router would. */
export function reset({ incoming }: Exchange, upstreamRequest?: ClientRequest): void {
  upstreamRequest?.destroy()
  incoming.socket.resetAndDestroy()
}

export function requestHeaders(incoming: IncomingMessage): string[] {
  const headers = endToEnd(incoming.rawHeaders)
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  // Without a length, Node would send a chunked body in a POST or PUT that has no body.
  if (length === undefined && encoding === undefined && /^P/.test(incoming.method ?? '')) {
    headers.push('content-length', '0')
  }
  return headers
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'])

/**
 * Removes hop-by-hop headers, which only apply to a single connection.
 *
 * @param rawHeaders - Alternating names and values.
 */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}
