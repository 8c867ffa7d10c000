/**
 * The log: one line of text per request, and the same data as an object.
 *
 * It contains no credential, signature or policy.
 *
 * @module
 */

import { printable, printableLines } from '@waybill/command-line/printable'
import type { S3Request } from '../message/request.ts'

/** The log entry of a request. */
export interface RequestEntry {
  readonly time: Date
  readonly requestId: string
  readonly method: string
  /** Without the query string, which may contain a signature. */
  readonly path: string
  /**
   * The query string without signature, credentials and upload id: `list-type=2&prefix=a%2F`,
   * `partNumber=3&uploadId`.
   */
  readonly query?: string
  /** The bucket, when the path, the host or the form names one. */
  readonly bucket?: string
  /** The decoded key. */
  readonly key?: string
  /** S3's name of the operation, also of one that is `NotImplemented`; `-` for an unknown one. */
  readonly operation: string
  readonly status: number
  readonly durationMs: number
  /** What the client calls itself. */
  readonly userAgent?: string
  /** S3's error code. */
  readonly code?: string
  /** The message of the error. It may say more than the client was told. */
  readonly message?: string
  /** For a wrong signature: lines with what the client signed and what this server computed. */
  readonly trace?: string
}

/** What is found out about a request while it is handled. */
export interface LogNotes {
  operation: string
  /** The key of a form: it is not in the path. */
  key?: string
}

/** A warning about the server, for example about a damaged file. */
export interface WarningEntry {
  readonly time: Date
  readonly warning: string
}

/** An entry of the log. */
export type LogEntry = RequestEntry | WarningEntry

/**
 * A function that receives log entries.
 *
 * @param line - The entry as text, ready to print.
 * @param entry - The same entry as an object.
 */
export type Log = (line: string, entry: LogEntry) => void

/** Parameters whose values are logged. Of others, only the name is. */
const SHOWN = new Set(
  `delimiter encoding-type fetch-owner id key-marker list-type marker max-keys max-parts max-uploads part-number-marker
  partNumber prefix start-after version-id-marker versionId`.split(/\s+/),
)
const SIGNING = /^(?:x-amz-.*|AWSAccessKeyId|Expires|Signature)$/i

/** Returns the part of a query string that may be logged. */
export function loggedQuery(query: S3Request['query']): { readonly query?: string } {
  const shown = query
    .filter(([name]) => !SIGNING.test(name))
    .map(([name, value]) =>
      [name, ...(SHOWN.has(name) ? [value] : [])].map(encodeURIComponent).join('='),
    )
  return shown.length > 0 ? { query: shown.join('&') } : {}
}

/**
 * Formats an entry: `12:00:01.234 PUT /uploads/a.mp4 PutObject 200 12 ms`. The bucket is before the
 * path also when the host names it; the key of a form is after the path.
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

/** Escapes a message, but keeps the line breaks of a stack. */
function printableStack(text: string): string {
  return text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')
}
