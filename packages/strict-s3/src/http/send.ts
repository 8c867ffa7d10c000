/**
 * Sends responses and errors, so that a client receives them even while it is still sending.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import type { ChunkSink } from '../storage/chunk-sink.ts'
import type { Answer } from '../message/response.ts'
import { hasBody } from './slow-body.ts'

/** The client closed the connection, so no response can be sent. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

type Headers = Readonly<Record<string, string>>

/**
 * Sends a response.
 *
 * @param common - Headers of every response.
 */
export async function sendAnswer(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  common: Headers,
): Promise<void> {
  const { status, headers, body } = answer
  if (typeof body !== 'function') {
    const known = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const length = headers['content-length'] ?? (status === 204 || status === 304 ? undefined : '0')
    response.writeHead(status, {
      ...common,
      ...(length === undefined ? {} : { 'content-length': length }),
      ...headers,
      ...known,
    })
    end(message, response, message.method === 'HEAD' ? undefined : body)
    return
  }
  const write = writer(response)
  let begun = false
  const begin = () => {
    if (!begun) response.writeHead(status, { ...common, ...headers })
    begun = true
  }
  // The head is sent with the first piece, so that a failure before it can still become an error
  // response.
  await body((chunk) => {
    begin()
    return write(chunk)
  })
  begin()
  end(message, response)
}

/**
 * Ends the response, and discards the unread rest of the body, so that the next request can be
 * read.
 */
function end(message: IncomingMessage, response: ServerResponse, body?: string): void {
  response.end(body)
  message.resume()
}

/** Sends S3's error document. When a response has already begun, closes the connection instead. */
export async function sendError(
  message: IncomingMessage,
  response: ServerResponse,
  error: S3Error,
  common: Headers,
): Promise<void> {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = errorXml(error, {
    RequestId: common['x-amz-request-id'] ?? '',
    HostId: common['x-amz-id-2'] ?? '',
  })
  const unread = hasBody(message) && !message.complete
  response.writeHead(error.status, {
    ...common,
    'content-type': 'application/xml',
    'content-length': String(Buffer.byteLength(body)),
    ...detailHeaders(error),
    ...(unread ? { connection: 'close' } : {}),
  })
  const shown = message.method === 'HEAD' ? undefined : body
  if (unread && !message.destroyed) await endSlowly(message, response, shown)
  else end(message, response, shown)
}

/** The `Allow` header of a `MethodNotAllowed` error, by resource type. */
const ALLOWED: Readonly<Record<string, string>> = {
  DeleteMarker: 'DELETE',
  UPLOAD: 'DELETE, POST, GET',
}

/** The details of an error that S3 also sends as headers. */
function detailHeaders({ detail }: S3Error): Record<string, string> {
  const { Region: region, DeleteMarker: marker, VersionId: versionId } = detail
  const allow = ALLOWED[detail.ResourceType ?? '']
  return {
    ...(region === undefined ? {} : { 'x-amz-bucket-region': region }),
    ...(marker === undefined ? {} : { 'x-amz-delete-marker': marker }),
    ...(allow === undefined ? {} : { allow }),
    ...(marker === undefined || versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
  }
}

function writer(response: ServerResponse): ChunkSink {
  let fail: (error: Error) => void = () => {}
  response.once('close', () => fail(new ClientGoneError()))
  return (chunk) =>
    new Promise((resolve, reject) => {
      fail = reject
      if (response.destroyed) reject(new ClientGoneError())
      else response.write(chunk, (error) => (error ? reject(new ClientGoneError()) : resolve()))
    })
}

/**
 * Limits for reading an unwanted body (milliseconds, bytes), so that its sender reads the response.
 */
const LINGER_MS = 2000
const LINGER_SIZE = 16 * 1024 * 1024

/**
 * Ends the response before the connection. Closing it while the client still sends would reset it,
 * and the response would be lost.
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
    // The earlier reader still listens for `readable`, and as long as it does, no data flows.
    message.removeAllListeners('readable')
    message.resume()
  })
}
