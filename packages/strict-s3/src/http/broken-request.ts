/**
 * Responds to invalid HTTP messages as S3 does. Node emits no `request` event for them.
 *
 * @see https://github.com/versity/versitygw/issues/1364
 * @module
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { S3Error } from 'waybill-s3'
import { brokenRequest, requestId } from '../message/request.ts'
import { commonHeaders, errorResponse } from '../message/response.ts'
import { type Log, logLine } from './log.ts'

interface Options {
  readonly log: Log
  readonly now: () => Date
}

/** These errors mean that the client closed the connection, possibly in the middle of a message. */
const GONE: ReadonlySet<unknown> = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE'])

/** Call this before adding other listeners. */
export function answerBrokenRequests(server: Server, { log, now }: Options): void {
  const responses = new WeakMap<Duplex, Set<ServerResponse>>()
  const watch = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const open = responses.get(socket) ?? new Set()
    responses.set(socket, open.add(response))
    response.once('close', () => {
      open.delete(response)
      // Free the memory now, because the connection may stay open.
      if (open.size === 0) responses.delete(socket)
    })
  }
  server.on('request', watch)
  server.on('checkContinue', watch)
  server.on('clientError', (error: Error, socket: Duplex) => {
    const gone = 'code' in error && GONE.has(error.code)
    // A client that is waiting for an earlier response would mistake this error for that response.
    const waited = [...(responses.get(socket) ?? [])].some(
      ({ req, headersSent }) => req.complete || headersSent,
    )
    if (gone || waited || !socket.writable) {
      socket.destroy()
      return
    }
    const refusal = refusalOf(error)
    const common = commonHeaders(requestId())
    socket.end(rawResponse(refusal, common), () => socket.destroy())
    const entry = {
      time: now(),
      requestId: common['x-amz-request-id'],
      method: '-',
      path: '-',
      operation: '-',
      status: refusal.status,
      durationMs: 0,
      code: refusal.code,
      message: `${refusal.message}: ${error.message}`,
    }
    log(logLine(entry), entry)
  })
}

/** Node's error code shows whether the headers were too long or arrived too slowly. */
function refusalOf(error: Error): S3Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'HPE_HEADER_OVERFLOW') return new S3Error('RequestHeaderSectionTooLarge')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new S3Error('RequestTimeout')
  return brokenRequest()
}

function rawResponse(refusal: S3Error, common: Readonly<Record<string, string>>): string {
  const { body, headers } = errorResponse(refusal, common)
  const all = {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${refusal.status} Bad Request\r\n${lines.join('')}\r\n${body}`
}
