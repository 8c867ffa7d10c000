/**
 * How the proxy injects each fault, including the responses that it sends itself.
 *
 * @module
 */

import { request as httpRequest, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import {
  askUpstream,
  connected,
  type Exchange,
  relay,
  requestHeaders,
  reset,
  writeHead,
} from './exchange.ts'
import { type Fault, isRefusal, type Refusal, type RefusalOptions } from './fault.ts'
import { cutAfter, flipByte, trickle, waitAfter } from './wire-streams.ts'

/** Resolves once a stalled exchange may resume, or its client has given up. */
type Gate = () => Promise<void>

interface Gates {
  readonly gate: Gate
  readonly another: Gate
}

/** Resolves once the exchange has ended, even if it was cut off. */
export async function inject(
  exchange: Exchange,
  fault: Fault | undefined,
  { gate, another }: Gates,
): Promise<void> {
  if (fault === undefined) return pass(exchange)
  if (isRefusal(fault)) return refuse(exchange, fault)
  switch (fault.kind) {
    case 'reset-request':
      return cutRequest(exchange, fault.afterBytes)
    case 'stall-request':
      return pass(exchange, waitAfter(fault.afterBytes ?? 0, gate))
    case 'flip-byte':
      return pass(exchange, flipByte(fault.at))
    case 'slow-request': {
      const size = Number(exchange.incoming.headers['content-length'] ?? 0)
      return pass(exchange, trickle(size, fault.lastsMs))
    }
    case 'duplicate-request':
      return duplicate(exchange, fault.answered)
    case 'late-request':
      await another()
      return pass(exchange)
    case 'late-response':
      return spoilAnswer(exchange, { kind: 'stall-response' }, another)
    case 'page':
      return givePage(exchange, fault.status)
    default:
      return spoilAnswer(exchange, fault, gate)
  }
}

async function pass(exchange: Exchange, through = new PassThrough()): Promise<void> {
  const response = await answered(exchange, through)
  if (response) await relay(exchange, response)
}

/**
 * @returns Upstream's response, or `undefined` if there is none. In that case, the client's
 *   connection has been reset too.
 */
async function answered(
  exchange: Exchange,
  through = new PassThrough(),
): Promise<IncomingMessage | undefined> {
  const { upstreamRequest, response } = askUpstream(exchange, through)
  try {
    return await response
  } catch {
    reset(exchange, upstreamRequest)
    return undefined
  }
}

async function cutRequest(exchange: Exchange, afterBytes = 0): Promise<void> {
  const { 'content-length': length, 'transfer-encoding': encoding } = exchange.incoming.headers
  const size = encoding === undefined ? Number(length ?? 0) : Number.POSITIVE_INFINITY
  // A request without a body is complete as soon as its headers have arrived.
  if (size === 0) return reset(exchange)
  const cut = async (): Promise<void> => {
    await connected(upstreamRequest)
    setImmediate(() => reset(exchange, upstreamRequest))
  }
  const { upstreamRequest, response } = askUpstream(
    exchange,
    cutAfter(Math.min(afterBytes, size - 1), cut),
  )
  // Upstream may respond with an error before the cut. Reset the connection anyway.
  const early = await response.catch(() => undefined)
  early?.resume()
  reset(exchange, upstreamRequest)
}

type AnswerFault = Extract<
  Fault,
  { kind: 'reset-response' | 'lose-response' | 'truncate-response' | 'stall-response' }
>

async function spoilAnswer(exchange: Exchange, fault: AnswerFault, gate: Gate): Promise<void> {
  const response = await answered(exchange)
  if (!response) return
  if (fault.kind === 'stall-response') {
    await gate()
    await relay(exchange, response)
    return
  }
  const size = Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  const hasBody = size > 0 && exchange.incoming.method !== 'HEAD' && response.statusCode !== 204
  if (fault.kind === 'lose-response' || !hasBody) {
    response.resume()
    await finished(response).catch(() => undefined)
    if (fault.kind === 'truncate-response') endWithin(exchange, 'HTTP/1.1 2')
    else reset(exchange)
    return
  }
  const end = (): void => {
    if (fault.kind === 'truncate-response') endWithin(exchange)
    else reset(exchange)
  }
  await relay(exchange, response, cutAfter(Math.min(fault.afterBytes ?? 0, size - 1), end))
}

/** Closes the connection without a reset, although the response is incomplete. */
function endWithin({ incoming }: Exchange, lastWords = ''): void {
  incoming.socket.write(lastWords)
  incoming.socket.destroySoon()
}

/**
 * Both requests end before the client gets a response, so neither can reach upstream after the
 * client's next request.
 */
async function duplicate(exchange: Exchange, answered: 'first' | 'second'): Promise<void> {
  const { incoming, outgoing, received } = exchange
  try {
    const body = await buffer(incoming)
    received(body.length)
    const first = await ask(exchange, body)
    const firstBody = await buffer(first)
    const second = await ask(exchange, body)
    const secondBody = await buffer(second)
    const [response, text] = answered === 'first' ? [first, firstBody] : [second, secondBody]
    writeHead(outgoing, response)
    outgoing.end(text)
  } catch {
    reset(exchange) // the client or upstream has disconnected
  }
}

function ask({ incoming, upstream }: Exchange, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = upstream
    const { method, url: path } = incoming
    const headers = requestHeaders(incoming)
    const twin = httpRequest({ host, port, method, path, headers, setHost: false, agent: false })
    twin.on('response', resolve)
    twin.on('error', reject)
    twin.end(body)
  })
}

/** Reads the request body first, unless `early` is set. */
async function refuse(
  { incoming, outgoing, received }: Exchange,
  refusal: { readonly kind: Refusal } & RefusalOptions,
): Promise<void> {
  incoming.on('data', (chunk: Buffer) => received(chunk.length))
  if (!refusal.early) {
    await finished(incoming).catch(() => undefined)
  }
  if (outgoing.destroyed) return
  const error = new S3Error(refusal.kind)
  const body = errorXml(error, { RequestId: 'FAULT0000000000', HostId: 'fault' })
  outgoing.writeHead(error.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
    ...(refusal.cors ? corsHeaders(incoming.headers.origin) : {}),
  })
  outgoing.end(body)
}

/** Imitates a bucket whose CORS rules allow this origin. */
function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, x-amz-request-id',
    vary: 'Origin',
  }
}

const PAGE = '<!DOCTYPE html><html><form action="/login">Welcome to the train</form></html>'

/** Reads the request body first. Otherwise the connection would be reset. */
async function givePage({ incoming, outgoing, received }: Exchange, status: number) {
  const body = await buffer(incoming).catch(() => undefined)
  received(body?.length ?? 0)
  if (outgoing.destroyed) return
  outgoing.writeHead(status, { 'content-type': 'text/html', 'content-length': PAGE.length })
  outgoing.end(PAGE)
}
