/**
 * Adds up the items of a list.
 *
 * @module
 */

import type { UploadItem, UploadItemState, UploadTotal } from './snapshot.ts'

const MAX_UNFINISHED = 0.99
const IDLE: ReadonlySet<UploadItemState> = new Set(['ready', 'paused', 'done', 'failed', 'aborted'])

/** Adds up items; bytes count for bytes, however many files they are in. */
export function totalOf(items: readonly UploadItem[]): UploadTotal {
  const counted = items.filter(({ state }) => state !== 'failed' && state !== 'aborted')
  const sum = (of: (item: UploadItem) => number) =>
    counted.reduce((before, item) => before + of(item), 0)
  const count = (is: (state: UploadItemState) => boolean) =>
    items.filter(({ state }) => is(state)).length
  const done = count((state) => state === 'done')
  const sent = sum(({ progress }) => progress.sent)
  const size = sum(({ size }) => size)
  const rate = sum(({ progress }) => progress.bytesPerSecond ?? 0)
  return Object.freeze({
    files: items.length,
    done,
    failed: count((state) => state === 'failed'),
    active: count((state) => !IDLE.has(state)),
    sent,
    size,
    fraction: fractionOf(counted.length, done, size > 0 ? sent / size : 0),
    ...(rate > 0 ? { bytesPerSecond: rate, secondsLeft: (size - sent) / rate } : {}),
  })
}

function fractionOf(counted: number, done: number, fraction: number): number {
  return counted > 0 && done === counted ? 1 : Math.min(MAX_UNFINISHED, fraction)
}
