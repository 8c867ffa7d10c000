/**
 * Adds up the items of a list.
 *
 * @module
 */

import type { UploadItem, UploadItemState, UploadTotal } from './snapshot.ts'

const MAX_UNFINISHED = 0.99
const IDLE: ReadonlySet<UploadItemState> = new Set(['ready', 'paused', 'done', 'failed', 'aborted'])

/** What a list has measured. */
export interface MeasuredRate {
  /** Bytes of all items that are confirmed in a second; missing while there is nothing to say. */
  readonly bytesPerSecond?: number | undefined
  /** At that rate. */
  readonly secondsLeft?: number | undefined
}

/** Whether something happens with the item now, or will without a person's action. */
export function isActive({ state }: UploadItem): boolean {
  return !IDLE.has(state)
}

/** Adds up items. Progress counts bytes, not files. */
export function totalOf(items: readonly UploadItem[], rate: MeasuredRate = {}): UploadTotal {
  const counted = items.filter(({ state }) => state !== 'failed' && state !== 'aborted')
  const sum = (of: (item: UploadItem) => number) =>
    counted.reduce((before, item) => before + of(item), 0)
  const count = (wanted: UploadItemState) => items.filter(({ state }) => state === wanted).length
  const done = count('done')
  const active = items.filter(isActive).length
  const sent = sum(({ progress }) => progress.sent)
  const stored = sum(({ progress }) => progress.stored)
  const size = sum(({ size }) => size)
  const { bytesPerSecond, secondsLeft } = rate
  return Object.freeze({
    files: items.length,
    done,
    failed: count('failed'),
    active,
    sent,
    stored,
    size,
    fraction: fractionOf(counted.length, done, size > 0 ? sent / size : 0),
    ...(active > 0 && bytesPerSecond !== undefined ? { bytesPerSecond } : {}),
    ...(active > 0 && secondsLeft !== undefined ? { secondsLeft } : {}),
  })
}

function fractionOf(counted: number, done: number, fraction: number): number {
  return counted > 0 && done === counted ? 1 : Math.min(MAX_UNFINISHED, fraction)
}
