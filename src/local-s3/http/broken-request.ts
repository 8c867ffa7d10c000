/**
 * Messages that are no HTTP: they never become a request, and get S3's answer all the same.
 *
 * @see https://github.com/versity/versitygw/issues/1364
 * @module
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorXml, S3Error } from '../../s3/index.ts'
import { commonHeaders } from './listener.ts'
import { type Log, logLine } from './log.ts'
import { brokenRequest, requestId } from './request.ts'

interface Options {
  readonly log: Log
  readonly now: () => Date
}

/** The client closed the connection, in the middle of a message or not. */
const GONE: ReadonlySet<unknown> = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE'])

/** To be called before other listeners are added. */
export function answerBrokenRequests(server: Server, { log, now }: Options): void {
  const responses = new WeakMap<Duplex, Set<ServerResponse>>()
  const watch = ({ socket }: IncomingMessage, response: ServerResponse) => {
    const open = responses.get(socket) ?? new Set()
    responses.set(socket, open.add(response))
    response.once('close', () => {
      open.delete(response)
      // It would go with the socket, but its place in the table would stay.
      if (open.size === 0) responses.delete(socket)
    })
  }
  server.on('request', watch)
  server.on('checkContinue', watch)
  server.on('clientError', (error: Error, socket: Duplex) => {
    const gone = 'code' in error && GONE.has(error.code)
    // Whoever waits for the answer to another request would take this one for it, or for a part of it.
    const waited = [...(responses.get(socket) ?? [])].some(
      ({ req, headersSent }) => req.complete || headersSent,
    )
    if (gone || waited || !socket.writable) {
      socket.destroy()
      return
    }
    const refusal = refusalOf(error)
    const headers = commonHeaders(requestId())
    socket.end(answer(refusal, headers), () => socket.destroy())
    const entry = {
      time: now(),
      requestId: headers['x-amz-request-id'],
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

/** Whatever is no HTTP; with a code of Node's, a head that is too long or too slow. */
function refusalOf(error: Error): S3Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'HPE_HEADER_OVERFLOW') return new S3Error('RequestHeaderSectionTooLarge')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new S3Error('RequestTimeout')
  return brokenRequest()
}

function answer(refusal: S3Error, common: ReturnType<typeof commonHeaders>): string {
  const body = errorXml(refusal, {
    RequestId: common['x-amz-request-id'],
    HostId: common['x-amz-id-2'] ?? '',
  })
  const headers = {
    ...common,
    'content-type': 'application/xml',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${refusal.status} Bad Request\r\n${lines.join('')}\r\n${body}`
}
