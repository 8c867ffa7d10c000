/**
 * Faults of proxies between client and server: one sends a request twice, one responds in the
 * server's place.
 *
 * @module
 */

import { request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Exchange, requestHeaders, reset, writeHead } from './exchange.ts'

/**
 * Both requests end before the client gets its response, so neither comes after the client's next
 * request.
 */
export async function duplicate(exchange: Exchange, answered: 'first' | 'second'): Promise<void> {
  const { incoming, outgoing, received } = exchange
  try {
    const body = await buffer(incoming)
    received(body.length)
    const first = await ask(exchange, body)
    const firstBody = await buffer(first)
    const second = await ask(exchange, body)
    const secondBody = await buffer(second)
    const [answer, text] = answered === 'first' ? [first, firstBody] : [second, secondBody]
    writeHead(outgoing, answer)
    outgoing.end(text)
  } catch {
    reset(exchange) // the client hung up, or upstream did
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

const PAGE = '<!DOCTYPE html><html><form action="/login">Welcome to the train</form></html>'

/** The body is read first: otherwise the client's connection would be reset. */
export async function givePage({ incoming, outgoing, received }: Exchange, status: number) {
  const body = await buffer(incoming).catch(() => undefined)
  received(body?.length ?? 0)
  if (outgoing.destroyed) return
  outgoing.writeHead(status, { 'content-type': 'text/html', 'content-length': PAGE.length })
  outgoing.end(PAGE)
}
