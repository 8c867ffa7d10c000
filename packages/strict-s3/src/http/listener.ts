/**
 * Connects `node:http` to `handle`: converts each message to a plain request, sends the response,
 * and logs one line.
 *
 * @module
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { S3Error } from 'waybill-s3'
import type { Faults } from '../faults/fault-rules.ts'
import type { HttpRequest } from '../message/request.ts'
import { commonHeaders, errorResponse, type S3Response } from '../message/response.ts'
import type { Service } from '../operations/call.ts'
import { type Handled, handle, toS3Error } from '../operations/handle-request.ts'
import { type HostRule, isAddressedHere } from './addressed-host.ts'
import { type Admin, isAdminPath } from './admin.ts'
import { answerHealthCheck, isHealthCheck } from './health.ts'
import { FaultyExchange } from './inject-fault.ts'
import { CLIENT_GONE, type Log, logLine, requestEntry } from './log.ts'
import { ClientGoneError, send } from './send.ts'
import { type Every, watchIdle, watchPace } from './slow-clients.ts'

export interface ListenerOptions {
  readonly service: Service
  readonly log: Log | undefined
  /**
   * Whether to also check the Host header of requests from other machines, see `isAddressedHere`.
   */
  readonly checkHost: boolean
  readonly privateNames: boolean
  /** A connection is closed after this many milliseconds without a byte. */
  readonly idleMs: number
  readonly every: Every
  readonly faults: Faults
  readonly admin: Admin | undefined
}

export function createListener(options: ListenerOptions): RequestListener {
  return (message, response) => {
    serve(message, response, options).catch(() => response.destroy())
  }
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { service, log, idleMs, every, faults, admin, ...hostRule }: ListenerOptions,
): Promise<void> {
  const started = performance.now()
  watchIdle(message, response, idleMs)
  watchPace(message, response, every)
  if (isHealthCheck(message, service)) {
    answerHealthCheck(response)
    return
  }
  if (admin && isAdminPath(message, service.domains)) {
    // The key is secret, so names that nobody can register are safe, such as those of containers.
    const isHere = isAddressedHere(message, service.domains, hostRule.checkHost, true)
    await admin.serve(message, response, isHere)
    return
  }
  const request = plainRequest(message, response, service.domains, hostRule)
  const fault = faults.choose(request, service.domains)
  const faulty =
    fault && new FaultyExchange(fault, message, response, (gone) => faults.released(gone))
  const { response: plain, notes } = faulty
    ? await handleFaulty(request, service, faulty)
    : await handle(request, service)
  let { error } = notes
  try {
    if (faulty?.isCut || hasLeft(message, error)) throw new ClientGoneError()
    await send(message, response, plain)
  } catch (failure) {
    const hasGone = failure instanceof ClientGoneError || hasLeft(message, failure)
    if (!hasGone) error = failure
    else if (!plain.endless) error = CLIENT_GONE
    if (faulty?.isCut) {
      // The fault closes the connection, perhaps after the bytes that are still to be sent.
    } else if (hasGone || response.headersSent) response.destroy()
    else await send(message, response, internalError(failure, notes.requestId))
  }
  if (!log && !admin) return
  const entry = requestEntry(
    { ...notes, error },
    {
      method: message.method ?? '',
      path: (message.url ?? '').split('?')[0] ?? '',
      status: response.statusCode,
      durationMs: performance.now() - started,
      userAgent: message.headers['user-agent'],
    },
  )
  admin?.record(entry)
  log?.(logLine(entry), entry)
}

async function handleFaulty(
  request: HttpRequest,
  service: Service,
  faulty: FaultyExchange,
): Promise<Handled> {
  const received = await faulty.spoilRequest(request)
  const { response, notes } = await handle(received, service, faulty.injected)
  return { response: await faulty.spoilResponse(response), notes }
}

/** Replaces a response whose headers HTTP does not allow. */
function internalError(failure: unknown, requestId: string): S3Response {
  return errorResponse(toS3Error(failure), commonHeaders(requestId))
}

function plainRequest(
  message: IncomingMessage,
  response: ServerResponse,
  domains: readonly string[],
  { checkHost, privateNames }: HostRule,
): HttpRequest {
  const { socket, rawHeaders } = message
  const tls = isEncrypted(socket) ? socket : undefined
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers: joinedHeaders(message),
    headerSize: rawHeaders.reduce((sum, text) => sum + text.length, 0),
    body: { [Symbol.asyncIterator]: () => readBody(message, response) },
    secure: tls !== undefined,
    tlsVersion: /^TLSv(\S+)$/.exec(tls?.getProtocol() ?? '')?.[1],
    sourceAddress: socket.remoteAddress ?? '',
    addressedHere: isAddressedHere(message, domains, checkHost, privateNames),
  }
}

/** With `instanceof`, every start would load `node:tls`. */
function isEncrypted(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket
}

/**
 * First sends `100 Continue` if the client waits for it. If the iteration stops early, the
 * connection stays open for a response.
 */
function readBody(message: IncomingMessage, response: ServerResponse): AsyncIterator<Uint8Array> {
  if (message.headers.expect?.toLowerCase() === '100-continue') response.writeContinue()
  const isBuffered = message.headers['content-length'] === String(message.readableLength)
  return isBuffered ? readBuffered(message) : message.iterator({ destroyOnReturn: false })
}

/** A small body often arrives with the headers. A stream's iterator would take far longer. */
async function* readBuffered(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  const read = (): Buffer | null => message.read()
  for (let chunk = read(); chunk; chunk = read()) yield chunk
  // Node's parser reports the end of the message after the handler's first steps. Until then, the
  // body counts as unread, and an error would close the connection.
  if (!message.complete) await setImmediate()
}

function joinedHeaders({ headers, rawHeaders }: IncomingMessage): Record<string, string> {
  // The object has no prototype, because a client may sign a header named `constructor`.
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    joined[name] = asUtf8(typeof value === 'string' ? value : value.join(', '))
  }
  // Node drops a second Host header. Keep it, because it makes the request ambiguous.
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && isHost(rawHeaders[index - 1]))
  if (hosts.length > 1) joined.host = hosts.join(', ')
  return joined
}

function isHost(name = ''): boolean {
  return name.length === 4 && name.toLowerCase() === 'host'
}

/** Node decodes headers as Latin-1, but clients send and sign them as UTF-8. */
function asUtf8(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value
  const utf8 = Buffer.from(value, 'latin1').toString('utf8')
  return utf8.includes('\uFFFD') ? value : utf8
}

/**
 * A destroyed message alone does not mean that the client has disconnected, because the server also
 * destroys idle bodies. If a body has arrived completely but was not read, it fails with
 * `ECONNRESET` when the client disconnects.
 */
function hasLeft(message: IncomingMessage, error: unknown): boolean {
  if (error === undefined) return false
  if (error instanceof S3Error && error.code === 'RequestTimeout') return false
  const reset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  return message.destroyed && (!message.complete || reset)
}
