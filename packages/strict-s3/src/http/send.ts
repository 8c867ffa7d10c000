/**
 * Sends responses in such a way that a client receives them even while it is still sending.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { S3Response } from '../message/response.ts'
import { hasBody } from './slow-clients.ts'

/** Thrown if no response can be sent because the client has closed the connection. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

/**
 * Sends a response.
 *
 * @throws {ClientGoneError} If the client disconnects before it has received the whole body.
 * @throws The body's error, which can no longer be reported because the headers have been sent.
 */
export async function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: S3Response,
): Promise<void> {
  if (typeof body === 'object') {
    response.writeHead(status, headers)
    await writePieces(response, body)
    end(message, response)
    return
  }
  const isUnread = status >= 400 && hasBody(message) && !message.complete
  response.writeHead(status, {
    ...headers,
    ...lengthHeader(status, headers, body),
    ...(isUnread ? { connection: 'close' } : {}),
  })
  const shown = message.method === 'HEAD' ? undefined : body
  if (isUnread && !message.destroyed) await endSlowly(message, response, shown)
  else end(message, response, shown)
}

/**
 * Returns the length header. The response to a HEAD request can have one although it has no body.
 */
function lengthHeader(
  status: number,
  headers: S3Response['headers'],
  body: string | undefined,
): { 'content-length'?: string } {
  if (body !== undefined) return { 'content-length': String(Buffer.byteLength(body)) }
  if (status === 204 || status === 304 || headers['content-length'] !== undefined) return {}
  return { 'content-length': '0' }
}

/**
 * Ends the response, and discards the unread rest of the request body, so that the next request can
 * be read.
 */
function end(message: IncomingMessage, response: ServerResponse, body?: string): void {
  response.end(body)
  message.resume()
}

async function writePieces(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  let fail: (error: Error) => void = () => {}
  response.once('close', () => fail(new ClientGoneError()))
  // A piece is only valid until the next one is requested, so wait until it has been written.
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      fail = reject
      if (response.destroyed) reject(new ClientGoneError())
      else response.write(piece, (error) => (error ? reject(new ClientGoneError()) : resolve()))
    })
  }
}

/**
 * How long (in milliseconds) and how much (in bytes) of an unwanted body is read, so that its
 * sender gets to read the response.
 */
const LINGER_MS = 2000
const LINGER_SIZE = 16 * 1024 * 1024

/**
 * Sends the response, but discards the rest of the request body before ending the response, which
 * closes the connection. Closing it while the client is still sending would reset it, and the
 * response would be lost.
 */
async function endSlowly(
  message: IncomingMessage,
  response: ServerResponse,
  body: string | undefined,
): Promise<void> {
  if (body === undefined) response.flushHeaders()
  else response.write(body)
  await discardRest(message)
  response.end()
}

function discardRest(message: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let discarded = 0
    const timer = setTimeout(resolve, LINGER_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    message.once('close', done)
    message.once('end', done)
    message.once('error', done)
    message.on('data', (chunk: Uint8Array) => {
      discarded += chunk.length
      if (discarded > LINGER_SIZE) done()
    })
    // The earlier reader still listens for `readable`. As long as it does, no data flows.
    message.removeAllListeners('readable')
    message.resume()
  })
}
