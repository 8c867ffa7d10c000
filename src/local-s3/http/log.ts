/**
 * The log: one line of text per request, and the same data as an object.
 *
 * It contains no credential, signature or policy.
 *
 * @module
 */

import { printable, printableLines } from './printable.ts'

/** The log entry of a request. */
export interface RequestEntry {
  readonly time: Date
  readonly requestId: string
  readonly method: string
  /** Without the query string, which may contain a signature. */
  readonly path: string
  /** The bucket, when the path, the host or the form names one. */
  readonly bucket?: string
  /** The decoded key. */
  readonly key?: string
  /** S3's name of the operation; `-` for an unknown one. */
  readonly operation: string
  readonly status: number
  readonly durationMs: number
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

function placeOf({ path, bucket, key, operation }: RequestEntry): string {
  const inPath = bucket === undefined || path === `/${bucket}` || path.startsWith(`/${bucket}/`)
  const place = inPath ? path : `/${bucket}${path}`
  const inForm = operation === 'PostObject' && key !== undefined ? ` (${key})` : ''
  return printable(place + inForm)
}

/** Escapes a message, but keeps the line breaks of a stack. */
function printableStack(text: string): string {
  return text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')
}
