/**
 * Creates log entries: one line of text per request, and the same data as an object. Neither ever
 * contains credentials, signatures or policies.
 *
 * @module
 */

import { printable, printableLines } from '@waybill/command-line/printable'
import { S3Error } from 'waybill-s3'
import type { S3Request } from '../message/request.ts'
import type { RequestNotes } from '../operations/call.ts'
import { toS3Error } from '../operations/handle-request.ts'

/** The log entry for a request. */
export interface RequestEntry {
  readonly time: Date
  readonly requestId: string
  readonly method: string
  /** The path without the query string, which can contain a signature. */
  readonly path: string
  /**
   * The query string without signature and credentials. Values that may be secret are omitted, as
   * in `partNumber=3&uploadId`.
   */
  readonly query?: string
  /** From the path or the host. */
  readonly bucket?: string
  /** Decoded. */
  readonly key?: string
  /**
   * S3's name for the operation, even if this server does not implement it. `-` if S3 has no such
   * operation.
   */
  readonly operation: string
  readonly status: number
  readonly durationMs: number
  /** The `User-Agent` header. */
  readonly userAgent?: string
  /** S3's error code. */
  readonly code?: string
  /** The error message. It may include details that were not sent to the client. */
  readonly message?: string
  /**
   * If the signature is wrong, lines that compare the request that the client signed with the one
   * that the server computed.
   */
  readonly trace?: string
}

/** A warning, for example about a damaged file. */
export interface WarningEntry {
  readonly time: Date
  readonly warning: string
}

/** A log entry. */
export type LogEntry = RequestEntry | WarningEntry

/**
 * Receives log entries.
 *
 * @param line - The entry as text, ready to print.
 * @param entry - The same entry as an object.
 */
export type Log = (line: string, entry: LogEntry) => void

export type SentMessage = Pick<RequestEntry, 'durationMs' | 'method' | 'path' | 'status'> & {
  readonly userAgent: string | undefined
}

export function requestEntry(notes: RequestNotes, sent: SentMessage): RequestEntry {
  const { time, requestId, operation, request, error } = notes
  const { bucket, key = notes.formKey } = request ?? {}
  const { method, path, durationMs, userAgent } = sent
  const refusal = error === undefined ? undefined : toS3Error(error)
  return {
    time,
    requestId,
    method,
    path,
    ...(request ? loggedQuery(request.query) : {}),
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    operation,
    status: refusal === CLIENT_GONE ? refusal.status : sent.status,
    durationMs,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(refusal === undefined ? {} : { code: refusal.code, message: reasonOf(refusal) }),
    ...traceOf(refusal),
  }
}

/** Only logged, because no response can be sent to a client that has disconnected. */
export const CLIENT_GONE = new S3Error('ClientGone', 'the client closed the connection', {}, 499)

function reasonOf({ cause, message }: S3Error): string {
  if (cause instanceof Error) return String(cause.stack)
  const reason = typeof cause === 'object' && cause && 'reason' in cause ? cause.reason : undefined
  return reason === undefined ? message : `${message}: ${reason}`
}

function traceOf(refusal: S3Error | undefined): { trace?: string } {
  const cause = refusal?.cause
  if (typeof cause !== 'object' || cause === null || !('trace' in cause)) return {}
  return { trace: String(cause.trace) }
}

/** The values of these parameters are logged. For all others, only the name is logged. */
const SHOWN = new Set(
  `delimiter encoding-type fetch-owner id key-marker list-type marker max-keys max-parts max-uploads part-number-marker
  partNumber prefix start-after version-id-marker versionId`.split(/\s+/),
)
const SIGNING = /^(?:x-amz-.*|AWSAccessKeyId|Expires|Signature)$/i

function loggedQuery(query: S3Request['query']): { readonly query?: string } {
  const shown = query
    .filter(([name]) => !SIGNING.test(name))
    .map(([name, value]) =>
      [name, ...(SHOWN.has(name) ? [value] : [])].map(encodeURIComponent).join('='),
    )
  return shown.length > 0 ? { query: shown.join('&') } : {}
}

/**
 * For example `12:00:01.234 PUT /uploads/a.mp4 PutObject 200 12 ms`. The path always begins with
 * the bucket, even if the host names it. A form's key follows the path.
 */
export function logLine(entry: RequestEntry): string {
  const time = entry.time.toISOString().slice(11, 23)
  const head = `${time} ${printable(entry.method)} ${placeOf(entry)} ${entry.operation} ${entry.status}`
  const why = entry.code ? ` ${entry.code}: ${printableStack(entry.message ?? '')}` : ''
  const trace = entry.trace === undefined ? '' : `\n${printableLines(entry.trace)}`
  return `${head} ${Math.round(entry.durationMs)} ms${why}${trace}`
}

function placeOf({ path, query, bucket, key, operation }: RequestEntry): string {
  const inPath = bucket === undefined || path === `/${bucket}` || path.startsWith(`/${bucket}/`)
  const place = inPath ? path : `/${bucket}${path}`
  const inForm = operation === 'PostObject' && key !== undefined ? ` (${key})` : ''
  return printable(`${place}${query === undefined ? '' : `?${query}`}${inForm}`)
}

/** Escapes a message but keeps the line breaks of a stack trace. */
function printableStack(text: string): string {
  return text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')
}
