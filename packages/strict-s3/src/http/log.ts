/**
 * Creates log entries: one line of text per request, and the same data as an object. Neither ever
 * contains credentials, signatures or policies.
 *
 * @module
 */

import { eventLine, INDENT, type Look, PLAIN } from '@waybill/command-line/event-line'
import { hang } from '@waybill/command-line/fit-text'
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
  /** Size in bytes of the object, part or range that was stored or read. */
  readonly size?: number
  readonly durationMs: number
  /** The `User-Agent` header. */
  readonly userAgent?: string
  /** The kind of fault that was injected. */
  readonly fault?: string
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
  const { time, requestId, operation, request, size, fault, error } = notes
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
    ...(size === undefined ? {} : { size }),
    durationMs,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(fault === undefined ? {} : { fault }),
    ...(refusal === undefined ? {} : { code: refusal.code, message: reasonOf(refusal) }),
    ...traceOf(refusal),
  }
}

/** Only logged, because no response can be sent to a client that has disconnected. */
export const CLIENT_GONE = new S3Error(
  'ClientGone',
  'the connection was closed before the response was complete',
  {},
  499,
)

function reasonOf({ cause, message }: S3Error): string {
  if (cause instanceof Error) return String(cause.stack)
  const reason = typeof cause === 'object' && cause && 'reason' in cause ? cause.reason : undefined
  return reason === undefined ? message : `${message.replace(/\.$/, '')}: ${reason}`
}

function traceOf(refusal: S3Error | undefined): { trace?: string } {
  const cause = refusal?.cause
  if (typeof cause !== 'object' || cause === null || !('trace' in cause)) return {}
  return { trace: String(cause.trace) }
}

/** The values of these parameters are logged. For all others, only the name is logged. */
const SHOWN = new Set(
  `bucket-region delimiter encoding-type fetch-owner id key-marker list-type marker max-buckets max-keys max-parts max-uploads part-number-marker
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
 * Returns an entry as text: the local time, operation, status, size, bucket and key, and the reason
 * if the request was refused. A form's key is shown as in a path.
 */
export function logLine(entry: RequestEntry, look: Look = PLAIN): string {
  const { time, status, size, durationMs, code } = entry
  const line = eventLine(
    {
      // When the response ended, as for other lines: so that times do not run backwards.
      time: new Date(time.getTime() + durationMs),
      tone: status >= 500 ? 'bad' : code === undefined ? 'quiet' : 'warning',
      what: whatOf(entry),
      status,
      size,
      place: placeOf(entry),
      note: `${Math.round(durationMs)} ms`,
      reason: reasonLine(entry),
    },
    look,
  )
  return entry.trace === undefined ? line : `${line}\n${traceLines(entry.trace, look)}`
}

/** Canonical requests are not wrapped, so that their lines can be compared and copied. */
function traceLines(trace: string, { columns, good, bad }: Look): string {
  const [verdict = '', ...lines] = printableLines(trace).split('\n')
  const paint = { '  - ': bad, '  + ': good }
  return [
    hang(INDENT, verdict.trimStart(), columns),
    ...lines.map((line) => {
      const [, of] = Object.entries(paint).find(([mark]) => line.startsWith(mark)) ?? []
      const text = `${INDENT}${line.slice(2)}`
      return of ? of(text) : text
    }),
  ].join('\n')
}

function reasonLine({ fault, code, message = '' }: RequestEntry): string | undefined {
  const refusal = code === undefined ? undefined : `${code}: ${printableStack(message)}`
  if (fault === undefined) return refusal
  // The fault has closed the connection, not the client.
  const isCut = refusal === undefined || code === CLIENT_GONE.code
  return isCut ? `injected fault ${fault}` : `injected fault ${fault}; ${refusal}`
}

/** For example `UploadPart 3`. */
function whatOf({ operation, method, query }: RequestEntry): string {
  if (operation === '-') return printable(method)
  const part = operation === 'UploadPart' ? new URLSearchParams(query).get('partNumber') : null
  return part === null ? operation : `${operation} ${printable(part)}`
}

/**
 * Formats what a request addresses: its bucket and key, also if they are in the host name or in a
 * form, and the query parameters that the operation's name does not already tell.
 */
function placeOf({ path, query = '', bucket, key, operation }: RequestEntry): string {
  const place = bucket === undefined ? path : [bucket, key].filter((each) => each).join('/')
  const shown = [...new URLSearchParams(query)]
    .filter(([name, value]) => value !== '' && name !== 'list-type')
    .map((pair) => pair.join('='))
  return shown.length === 0 || operation === 'UploadPart' ? place : `${place}?${shown.join('&')}`
}

/** Escapes a message but keeps the line breaks of a stack trace. */
function printableStack(text: string): string {
  return text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')
}
