/**
 * Draws the progress of all files: a bar for each of a few files in flight, and one for the total.
 *
 * @module
 */

import { formatSize } from '@waybill/command-line/event-line'
import { shorten } from '@waybill/command-line/fit-text'
import { printable } from '@waybill/command-line/printable'
import type { UploadItem, UploadListSnapshot, Waiting } from 'waybill/client'

/** Further bars would only flicker. */
const MOST_ROWS = 4
const MOST_COLUMNS = 120
/** A rate that would take longer has just begun to be measured. */
const MOST_SECONDS = 100 * 60 * 60
const BAR = { least: 12, most: 40 } as const
/** Of the name, in a narrow terminal. */
const LEAST_NAME = 12

export function progressLines(
  { items, total }: UploadListSnapshot,
  labelOf: (item: UploadItem) => string,
  available: number,
): string {
  // The terminal echoes Ctrl+C after the last line, which must not wrap.
  const columns = Math.min(available, MOST_COLUMNS) - '^C '.length
  const sending = items.filter(({ state }) => state === 'uploading' || state === 'waiting')
  const bar = Math.min(BAR.most, Math.floor(columns / 3))
  const rows = sending.slice(0, MOST_ROWS).map((item) => {
    const { fraction } = item.progress
    const room = Math.max(columns - bar - '  100%  '.length, LEAST_NAME)
    const name = shorten(printable(labelOf(item)), room)
    return `${barOf(fraction, bar)} ${percent(fraction)}  ${name}`
  })
  const text = `${percent(total.fraction)}  ${totalText({ items, total })}`
  const rest = Math.min(columns - text.length - 1, bar)
  const line = rest < BAR.least ? text.trimStart() : `${barOf(total.fraction, rest)} ${text}`
  return [...rows, line.slice(0, columns)].join('\n')
}

/** For example `12 of 201 files  1.2 GB of 2.1 GB  24.0 MB/s  1 min 20 s left`. */
export function totalText({ items, total }: Pick<UploadListSnapshot, 'items' | 'total'>): string {
  const { files, done, failed, sent, size, bytesPerSecond, secondsLeft = MOST_SECONDS } = total
  const moving = items.some(({ state }) => state === 'uploading' || state === 'completing')
  const waiting = moving ? undefined : items.find((item) => item.waiting)?.waiting
  return [
    `${done} of ${files} files`,
    failed > 0 ? `${failed} failed` : '',
    `${formatSize(sent)} of ${formatSize(size)}`,
    waiting ? WAITING[waiting.reason] : '',
    !waiting && bytesPerSecond !== undefined ? `${formatSize(bytesPerSecond)}/s` : '',
    !waiting && secondsLeft < MOST_SECONDS ? `${formatSeconds(secondsLeft)} left` : '',
  ]
    .filter((each) => each !== '')
    .join('  ')
}

const WAITING: Readonly<Record<Waiting['reason'], string>> = {
  offline: 'no network, retrying',
  signer: 'signer does not respond, retrying',
  storage: 'S3 does not respond, retrying',
  stalled: 'no bytes get through',
}

function barOf(fraction: number, columns: number): string {
  const room = columns - 2
  const done = Math.floor(fraction * room)
  return `[${'='.repeat(done).padEnd(room)}]`
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`.padStart(4)
}

export function formatSeconds(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
