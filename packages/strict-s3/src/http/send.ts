/**
 * Sends responses so that a client receives them even while it is still sending.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { S3Response } from '../message/response.ts'
import { hasBody } from './slow-clients.ts'

/** No response can be sent, because the client has closed the connection. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

/**
 * @throws {ClientGoneError} If the client disconnects before it has received the whole body.
 * @throws The body's error, which can no longer be reported because the headers have been sent.
 */
export async function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: S3Response,
): Promise<void> {
  if (typeof body === 'object') {
    response.writeHead(status, spelled(headers))
    await writePieces(response, body)
    end(message, response)
    return
  }
  const isUnread = status >= 400 && hasBody(message) && !message.complete
  const framing = {
    ...lengthHeader(status, headers, body),
    ...(isUnread ? { connection: 'close' } : {}),
  }
  response.writeHead(status, spelled({ ...headers, ...framing }))
  const shown = message.method === 'HEAD' ? undefined : body
  if (isUnread && !message.destroyed) await endSlowly(message, response, shown)
  else end(message, response, shown)
}

/** Like S3, capitalizes all names but its own, because some clients compare them exactly. */
function spelled(headers: S3Response['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.startsWith('x-amz-') ? name : spell(name),
      value,
    ]),
  )
}

const SPELLINGS = new Map([['etag', 'ETag']])

function spell(name: string): string {
  const spelling = SPELLINGS.get(name) ?? name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
  SPELLINGS.set(name, spelling)
  return spelling
}

/** The response to a HEAD request can have a length although it has no body. */
function lengthHeader(
  status: number,
  headers: S3Response['headers'],
  body: string | undefined,
): { 'content-length'?: string } {
  if (body !== undefined) return { 'content-length': String(Buffer.byteLength(body)) }
  if (status === 204 || status === 304 || headers['content-length'] !== undefined) return {}
  return { 'content-length': '0' }
}

/** Discards the unread rest of the request body, so that the next request can be read. */
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
 * An unwanted body is read for up to this long (in milliseconds) and up to this size (in bytes), so
 * that the client gets to read the response.
 */
const LINGER_MS = 2000
const LINGER_SIZE = 16 * 1024 * 1024

/**
 * Ending the response closes the connection. If the client were still sending, that would reset the
 * connection and the response would be lost. So this first discards the rest of the request body.
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
    // No data flows as long as the earlier reader listens for `readable`.
    message.removeAllListeners('readable')
    message.resume()
  })
}
