/**
 * What the server says about each request: one line for a person, the same as an object for a machine.
 *
 * Never holds a credential, a signature or a policy.
 *
 * @module
 */

import { printable, printableLines } from './printable.ts'

export interface RequestEntry {
  readonly time: Date
  readonly requestId: string
  readonly method: string
  /** Without its query string, which may hold a signature. */
  readonly path: string
  /** Where the request names one, in its path, its host or its form. */
  readonly bucket?: string
  /** Decoded. */
  readonly key?: string
  /** S3's name of the operation, `-` where the request named none. */
  readonly operation: string
  readonly status: number
  readonly durationMs: number
  /** S3's error code. */
  readonly code?: string
  /** Why, in the words that the client got, or more where the client must not know. */
  readonly message?: string
  /** Of a refused signature: what the client must have signed, and what was computed here. Lines. */
  readonly trace?: string
}

/** What becomes known of a request while it is dealt with. */
export interface LogNotes {
  operation: string
  /** Of a form, whose path does not say it. */
  key?: string
}

/** Something that concerns the server and no request, for example a damaged file. */
export interface WarningEntry {
  readonly time: Date
  readonly warning: string
}

export type LogEntry = RequestEntry | WarningEntry

/** @param line - Ready to print. @param entry - The same, for `--log json`. */
export type Log = (line: string, entry: LogEntry) => void

/**
 * @returns `12:00:01.234 PUT /uploads/a.mp4 PutObject 200 12 ms`; the bucket in front of the path also where the host
 *   names it, and behind it the key that a form names.
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

/** Only the lines of a stack stay lines. */
function printableStack(text: string): string {
  return text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')
}
