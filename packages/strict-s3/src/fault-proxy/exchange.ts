/**
 * One request through the proxy, and its response. Bytes are passed on as they arrive, and headers
 * unchanged, including `Host`, so that signatures stay valid. When one side closes its connection,
 * the proxy closes the other.
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

/** A client's request, and where it goes. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly upstream: URL
  /** Called with every piece of the request body that the client has sent. */
  readonly received: (bytes: number) => void
}

/** A request in flight to upstream. */
export interface Asked {
  readonly upstreamRequest: ClientRequest
  /** Rejects if upstream or the client ends the connection before upstream answers. */
  readonly answer: Promise<IncomingMessage>
}

/**
 * Connections that say `keep-alive` but are used once. A server may close a kept connection at any
 * time, which would be a fault that was not planned. With `close`, servers reset the connection
 * before an early refusal is read.
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
  // When the client has hung up, the reason for a missing answer does not matter.
  answer.catch(() => undefined)
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstreamRequest.destroy()
  })
  upstreamRequest.on('close', () => {
    // Upstream may answer before it has read everything. The client is still sending, so read the
    // rest.
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
  // A client that hangs up ends the pipeline early. Nobody is left to report that to.
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

/** Resolves once the connection is established, or has failed. */
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

/** Ends both connections with a reset, like a failing router. */
export function reset({ incoming }: Exchange, upstreamRequest?: ClientRequest): void {
  upstreamRequest?.destroy()
  incoming.socket.resetAndDestroy()
}

/** The request's raw headers as sent upstream. */
export function requestHeaders(incoming: IncomingMessage): string[] {
  const headers = endToEnd(incoming.rawHeaders)
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  // Node would announce a chunked body for a POST or PUT that has none.
  if (length === undefined && encoding === undefined && /^P/.test(incoming.method ?? '')) {
    headers.push('content-length', '0')
  }
  return headers
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'])

/**
 * Removes headers that are about a single connection from raw headers (name, value, name, value …).
 */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}
