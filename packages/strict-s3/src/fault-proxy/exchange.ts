/**
 * Passes one request and its response through the proxy. Bytes are passed on as they arrive.
 * Headers are not changed, not even `Host`, so that signatures stay valid. When one side closes its
 * connection, the proxy closes the other one.
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

/** A client's request, and the server to send it to. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly upstream: URL
  /** Called with the number of bytes of every piece of the request body from the client. */
  readonly received: (bytes: number) => void
}

/** A request that is being sent upstream. */
export interface Asked {
  readonly upstreamRequest: ClientRequest
  /** Rejects if upstream or the client closes the connection before upstream responds. */
  readonly answer: Promise<IncomingMessage>
}

/**
 * Creates connections that announce `keep-alive` but are used only once. If they were reused, the
 * server could close one at any time, which would be an unplanned fault. With `Connection: close`,
 * servers reset the connection before the client has read an early error response.
 */
const ONE_REQUEST = new Agent({ keepAlive: true, maxFreeSockets: 0 })

/** Sends the request upstream, with its body piped `through` a stream that may change it. */
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
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    upstreamRequest.on('response', resolve)
    upstreamRequest.on('error', reject)
    upstreamRequest.on('close', () => reject(new Error('upstream connection ended')))
  })
  // If the client has disconnected, the reason for a missing response does not matter.
  answer.catch(() => undefined)
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstreamRequest.destroy()
  })
  upstreamRequest.on('close', () => {
    // Upstream may respond before it has read the whole request. The client is still sending, so
    // read the rest.
    through.unpipe(upstreamRequest)
    through.resume()
  })
  incoming.pipe(countBytes(exchange.received)).pipe(through).pipe(upstreamRequest)
  return { upstreamRequest, answer }
}

/**
 * Passes upstream's response to the client, with its body piped `through` streams that may change
 * it.
 */
export async function relay(
  { outgoing }: Exchange,
  answer: IncomingMessage,
  ...through: readonly Transform[]
): Promise<void> {
  writeHead(outgoing, answer)
  // The pipeline fails if the client disconnects. There is nobody left to report that to.
  await pipeline([answer, ...through, outgoing]).catch(() => undefined)
}

/** Sends upstream's status and headers to the client. */
export function writeHead(outgoing: ServerResponse, answer: IncomingMessage): void {
  outgoing.sendDate = false
  outgoing.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage ?? '',
    endToEnd(answer.rawHeaders),
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

/** Returns the raw headers to send upstream. */
export function requestHeaders(incoming: IncomingMessage): string[] {
  const headers = endToEnd(incoming.rawHeaders)
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  // Without a length, Node would announce a chunked body for a POST or PUT that has no body.
  if (length === undefined && encoding === undefined && /^P/.test(incoming.method ?? '')) {
    headers.push('content-length', '0')
  }
  return headers
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'])

/**
 * Removes the headers that only apply to a single connection (hop-by-hop headers).
 *
 * @param rawHeaders - Name, value, name, value …
 */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}
