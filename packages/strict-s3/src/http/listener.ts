/**
 * The listener for `node:http`: reads a request, sends a response or S3's error document, and logs
 * one line.
 *
 * @module
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { S3Error } from 'waybill-s3'
import { documentHeaders } from '../access/foreign-page.ts'
import { corsHeaders } from '../cors/cors-headers.ts'
import type { Service } from '../operations/call.ts'
import { corsRulesOf, handle } from '../operations/handle.ts'
import { commonHeaders } from './common-headers.ts'
import { watchIdle } from './idle-connection.ts'
import { type Log, type LogNotes, loggedQuery, logLine } from './log.ts'
import { type HostNames, readRequest, requestId, type S3Request } from '../message/request.ts'
import { ClientGoneError, sendAnswer, sendError } from './send.ts'
import { type Every, watchPace } from './slow-body.ts'

/** Options of `createListener`. */
export interface ListenerOptions {
  readonly service: Service
  /** Missing when nothing is logged. */
  readonly log: Log | undefined
  readonly names: HostNames
  /** Milliseconds without a byte after which a connection is closed. */
  readonly idleMs: number
  /** The timer that measures how fast bodies arrive. */
  readonly every: Every
}

/** Makes the listener for `http.createServer` and its `checkContinue` event. */
export function createListener(options: ListenerOptions): RequestListener {
  return (message, response) => {
    serve(message, response, options).catch(() => response.destroy())
  }
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { service, log, names, idleMs, every }: ListenerOptions,
): Promise<void> {
  const time = service.now()
  const started = performance.now()
  const notes: LogNotes = { operation: '-' }
  let request: S3Request | undefined
  let refusal: S3Error | undefined
  // Clients correct their clocks with this date, so it comes from the clock that checks signatures.
  const date = time.toUTCString()
  const id = requestId()
  let headers = { ...commonHeaders(id), date }
  watchIdle(message, response, idleMs)
  watchPace(message, response, every)
  try {
    request = readRequest(message, names, { id, sendContinue: continueOnce(message, response) })
    headers = { ...headers, ...corsHeaders(request, corsRulesOf(request, service)) }
    const answer = await handle(request, service, notes)
    const guarded = documentHeaders(request, answer.headers['content-type'])
    await sendAnswer(message, response, answer, { ...headers, ...guarded })
  } catch (error) {
    const gone = error instanceof ClientGoneError || hasLeft(message, error)
    refusal = gone ? CLIENT_GONE : toS3Error(error)
    if (gone) response.destroy()
    else await sendError(message, response, refusal, headers)
  }
  if (!log) return
  const entry = {
    time,
    requestId: id,
    method: message.method ?? '',
    path: (message.url ?? '').split('?')[0] ?? '',
    ...(request ? loggedQuery(request.query) : {}),
    ...placeOf(request),
    ...notes,
    status: refusal === CLIENT_GONE ? refusal.status : response.statusCode,
    durationMs: performance.now() - started,
    ...agentOf(message),
    ...(refusal === undefined ? {} : { code: refusal.code, message: reasonOf(refusal) }),
    ...traceOf(refusal),
  }
  log(logLine(entry), entry)
}

function agentOf({ headers }: IncomingMessage): { userAgent?: string } {
  const userAgent = headers['user-agent']
  return userAgent === undefined ? {} : { userAgent }
}

function placeOf(request: S3Request | undefined): { bucket?: string; key?: string } {
  const { bucket, key } = request ?? {}
  return { ...(bucket === undefined ? {} : { bucket }), ...(key === undefined ? {} : { key }) }
}

/**
 * Tells whether the client has closed the connection. A destroyed body alone does not prove it: an
 * idle one is destroyed too. A body that arrived completely but was not read is reset when its
 * client leaves.
 */
function hasLeft(message: IncomingMessage, error: unknown): boolean {
  if (error instanceof S3Error && error.code === 'RequestTimeout') return false
  const reset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  return message.destroyed && (!message.complete || reset)
}

/** Only for the log: the client is gone, so no response is sent. */
const CLIENT_GONE = new S3Error('ClientGone', 'the client closed the connection', {}, 499)

/**
 * Makes the function that sends `100 Continue`. Clients with `Expect: 100-continue` send the body
 * only after it.
 */
function continueOnce(message: IncomingMessage, response: ServerResponse): () => void {
  let waiting = message.headers.expect?.toLowerCase() === '100-continue'
  return () => {
    if (waiting) response.writeContinue()
    waiting = false
  }
}

/**
 * Makes an S3 error of any error. One that is not from S3 is a failure of this server: its details
 * go only to the log.
 */
function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  const internal = new S3Error('InternalError', isFullDisk(error) ? FULL_DISK : undefined)
  internal.cause = error
  return internal
}

/**
 * S3 has no such message, because its disks are never full. Here it saves a search for the cause.
 */
const FULL_DISK =
  'We encountered an internal error: the disk is full. Please make room and try again.'

function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === 'ENOSPC' || error.code === 'EDQUOT'
}

function reasonOf({ cause, message }: S3Error): string {
  if (cause instanceof Error) return String(cause.stack)
  const reason = typeof cause === 'object' && cause && 'reason' in cause ? cause.reason : undefined
  return reason === undefined ? message : `${message}: ${reason}`
}

/** Returns the explanation of a wrong signature, see `signature-trace.ts`. */
function traceOf(refusal: S3Error | undefined): { trace?: string } {
  const cause = refusal?.cause
  if (typeof cause !== 'object' || cause === null || !('trace' in cause)) return {}
  return { trace: String(cause.trace) }
}
