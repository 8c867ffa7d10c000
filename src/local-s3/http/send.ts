/**
 * Puts answers and errors on the wire, so that the client gets them even while it is still sending.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorXml, type S3Error } from '../../s3/index.ts'
import type { Write } from '../storage/write.ts'
import type { Answer } from './answer.ts'
import { hasBody } from './slow-body.ts'

/** The client went away: there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError'
}

type Headers = Readonly<Record<string, string>>

/** @param common - Headers of every answer. */
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
  // The head goes out with the first piece: what fails before that can still be a proper error.
  await body((chunk) => {
    begin()
    return write(chunk)
  })
  begin()
  end(message, response)
}

/** What is left of a body that was understood without its end is let go, so that the next request can come. */
function end(message: IncomingMessage, response: ServerResponse, body?: string): void {
  response.end(body)
  message.resume()
}

/** Sends S3's error document; where an answer has already begun, cuts it off. */
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

/** What may be done with something that does not allow what was asked. */
const ALLOWED: Readonly<Record<string, string>> = {
  DeleteMarker: 'DELETE',
  UPLOAD: 'DELETE, POST, GET',
}

/** What S3 says of an error in headers too. */
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

function writer(response: ServerResponse): Write {
  let fail: (error: Error) => void = () => {}
  response.once('close', () => fail(new ClientGoneError()))
  return (chunk) =>
    new Promise((resolve, reject) => {
      fail = reject
      if (response.destroyed) reject(new ClientGoneError())
      else response.write(chunk, (error) => (error ? reject(new ClientGoneError()) : resolve()))
    })
}

/** How long and how much of a body that nobody wants is still taken, so that its sender reads the answer. */
const LINGER_MS = 2000
const LINGER_SIZE = 16 * 1024 * 1024

/** Closing a connection on a client that still sends would reset it, and the answer would be lost. */
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
    // Whoever has read a part of it still listens, and what a listener does not take does not come.
    message.removeAllListeners('readable')
    message.resume()
  })
}
