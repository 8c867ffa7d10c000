/**
 * Formats what happens on a server as one line in columns: time, what happened, status, size, and
 * the object. If a terminal is too narrow, the object's key is shortened in the middle, and the
 * reason for a refusal follows on lines of its own.
 *
 * @module
 */

import { hang, shorten } from './fit-text.ts'
import { printable, printableLines } from './printable.ts'
import type { Terminal } from './terminal.ts'

export interface ServerEvent {
  readonly time: Date
  /** The event's color. `quiet` is for successful requests. */
  readonly tone: 'quiet' | 'good' | 'warning' | 'bad'
  /** For example `PutObject` or `verified`. */
  readonly what: string
  readonly status?: number | undefined
  /** In bytes. */
  readonly size?: number | undefined
  /** Can be empty. */
  readonly place: string
  /** Follows the place, unless the terminal is too narrow. */
  readonly note?: string | undefined
  /** Can contain line breaks, for example of a stack trace. */
  readonly reason?: string | undefined
}

/** How to show lines: on a terminal, or as plain text. */
export type Look = Pick<Terminal, 'columns' | 'faint' | 'good' | 'warning' | 'bad'>

const asIs = (text: string) => text

/** Without colors and on one line, however long. */
export const PLAIN: Look = {
  columns: Number.POSITIVE_INFINITY,
  faint: asIs,
  good: asIs,
  warning: asIs,
  bad: asIs,
}

/** The length of `CompleteMultipartUpload`. */
const WHAT_COLUMNS = 23
/** Text below the line starts in the column of `what`. */
export const INDENT = ' '.repeat('12:00:01  '.length)
/** On a very narrow terminal, lines are too long rather than useless. */
const LEAST_PLACE = 16

export function eventLine(event: ServerEvent, look: Look = PLAIN): string {
  const { tone, size, note, reason } = event
  const time = event.time.toTimeString().slice(0, 8)
  const what = event.what.padEnd(WHAT_COLUMNS)
  const status = String(event.status ?? '').padEnd(3)
  const bytes = (size === undefined ? '' : formatSize(size)).padStart(7)
  const used = [time, what, status, bytes, ''].join('  ').length
  const room = Math.max(look.columns - used, LEAST_PLACE)
  const place = shorten(printable(event.place), room)
  const more = note === undefined ? '' : `  ${note}`
  const fits = shorten(place + more, room) === place + more
  const paint = tone === 'quiet' ? look.faint : look[tone]
  const plain = tone === 'quiet' ? look.faint : asIs
  const columns = [look.faint(time), paint(what), paint(status), plain(bytes)]
  const line = [...columns, ...(place === '' ? [] : [plain(place)])]
    .join('  ')
    .concat(fits && more !== '' ? look.faint(more) : '')
  if (reason === undefined) return line
  if (look.columns === PLAIN.columns) return `${line}  ${printableLines(reason)}`
  const [first = '', ...stack] = printableLines(reason).split('\n')
  return [line, paint(hang(INDENT, first, look.columns)), ...stack].join('\n')
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** In decimal units, as browsers and the element do. */
export function formatSize(bytes: number): string {
  // Write 1.0 MB rather than 1000 kB.
  const step = Math.floor(Math.log10(Math.max(bytes * 1.0005, 1)) / 3)
  const unit = Math.min(step, UNITS.length - 1)
  const value = bytes / 1000 ** unit
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}
