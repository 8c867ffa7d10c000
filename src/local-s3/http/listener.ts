/**
 * The face towards `node:http`: takes a message in, puts an answer or S3's error document out, and logs one line.
 *
 * @module
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { S3Error } from '../../s3/index.ts'
import { documentHeaders } from '../access/foreign-page.ts'
import { corsHeaders } from '../cors/cors-headers.ts'
import type { Service } from '../operations/call.ts'
import { corsRulesOf, handle } from '../operations/handle.ts'
import { watchIdle } from './idle-connection.ts'
import { type Log, type LogNotes, logLine } from './log.ts'
import { readRequest, requestId, type S3Request } from './request.ts'
import { ClientGoneError, sendAnswer, sendError } from './send.ts'
import { type Every, watchPace } from './slow-body.ts'

export interface ListenerOptions {
  readonly service: Service
  readonly log: Log
  /** Host names under which a label in front is a bucket. */
  readonly domains: readonly string[]
  /** After how long without a byte a client is given up. */
  readonly idleMs: number
  /** Measures how fast bodies come. */
  readonly every: Every
}

/** @returns To be given to `http.createServer`, and to its `checkContinue` event. */
export function createListener(options: ListenerOptions): RequestListener {
  return (message, response) => {
    serve(message, response, options).catch(() => response.destroy())
  }
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { service, log, domains, idleMs, every }: ListenerOptions,
): Promise<void> {
  const time = service.now()
  const started = performance.now()
  const notes: LogNotes = { operation: '-' }
  let request: S3Request | undefined
  let refusal: S3Error | undefined
  let headers = commonHeaders(requestId())
  watchIdle(message, response, idleMs)
  watchPace(message, response, every)
  try {
    request = readRequest(message, domains, continueOnce(message, response))
    headers = {
      ...commonHeaders(request.id),
      ...corsHeaders(request, corsRulesOf(request, service)),
    }
    const answer = await handle(request, service, notes)
    const guarded = documentHeaders(request, answer.headers['content-type'])
    await sendAnswer(message, response, answer, { ...headers, ...guarded })
  } catch (error) {
    const gone = error instanceof ClientGoneError || hasLeft(message, error)
    refusal = gone ? CLIENT_GONE : toS3Error(error)
    if (gone) response.destroy()
    else await sendError(message, response, refusal, headers)
  }
  const entry = {
    time,
    requestId: headers['x-amz-request-id'],
    method: message.method ?? '',
    path: (message.url ?? '').split('?')[0] ?? '',
    ...placeOf(request),
    ...notes,
    status: refusal === CLIENT_GONE ? refusal.status : response.statusCode,
    durationMs: performance.now() - started,
    ...(refusal === undefined ? {} : { code: refusal.code, message: reasonOf(refusal) }),
    ...traceOf(refusal),
  }
  log(logLine(entry), entry)
}

function placeOf(request: S3Request | undefined): { bucket?: string; key?: string } {
  const { bucket, key } = request ?? {}
  return { ...(bucket === undefined ? {} : { bucket }), ...(key === undefined ? {} : { key }) }
}

/**
 * A body that nobody sent on is destroyed too, but its sender is still there; and one that has arrived to its end, but
 * was not read so far, is reset when its sender goes.
 */
function hasLeft(message: IncomingMessage, error: unknown): boolean {
  if (error instanceof S3Error && error.code === 'RequestTimeout') return false
  const reset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  return message.destroyed && (!message.complete || reset)
}

/** For the log only: there is nobody left to answer. */
const CLIENT_GONE = new S3Error('ClientGone', 'the client closed the connection', {}, 499)

export function commonHeaders(id: string): { 'x-amz-request-id': string; [name: string]: string } {
  // What S3 calls the extended request id: SDKs put both into their errors.
  return {
    'x-amz-request-id': id,
    'x-amz-id-2': Buffer.from(`waybill-local-s3/${id}`).toString('base64'),
    server: 'AmazonS3',
  }
}

/** Clients that send `Expect: 100-continue` send their body only once the request is found worth it. */
function continueOnce(message: IncomingMessage, response: ServerResponse): () => void {
  let waiting = message.headers.expect?.toLowerCase() === '100-continue'
  return () => {
    if (waiting) response.writeContinue()
    waiting = false
  }
}

/** Anything that is not S3's own refusal is a failure of this server, told to the log and not to the client. */
function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  const internal = new S3Error('InternalError', isFullDisk(error) ? FULL_DISK : undefined)
  internal.cause = error
  return internal
}

/** S3 has no word for it, its disks are never full; whoever develops against this one should not have to guess. */
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

/** @returns What `signature-check.ts` found out about a signature that does not match. */
function traceOf(refusal: S3Error | undefined): { trace?: string } {
  const cause = refusal?.cause
  if (typeof cause !== 'object' || cause === null || !('trace' in cause)) return {}
  return { trace: String(cause.trace) }
}
