import { isActive } from '../upload/upload-state.ts'
import { isRejected, type UploadItem, type UploadTotal } from './upload-list.ts'

const MAX_UNFINISHED = 0.99

export interface MeasuredRate {
  readonly bytesPerSecond?: number | undefined
  readonly secondsLeft?: number | undefined
}

export function totalOf(items: readonly UploadItem[], rate: MeasuredRate = {}): UploadTotal {
  let [counted, done, failed, active, sent, stored, size] = [0, 0, 0, 0, 0, 0, 0]
  for (const item of items) {
    if (item.state === 'failed') failed += 1
    if (item.state === 'failed' || item.state === 'aborted') continue
    counted += 1
    if (item.state === 'done') done += 1
    else if (isActive(item.state)) active += 1
    if (isRejected(item)) continue
    sent += item.progress.sent
    stored += item.progress.stored
    size += item.size
  }
  const { bytesPerSecond, secondsLeft } = rate
  return Object.freeze({
    files: items.length,
    done,
    failed,
    active,
    sent,
    stored,
    size,
    fraction: fractionOf(counted, done, size > 0 ? sent / size : 0),
    ...(active > 0 && bytesPerSecond !== undefined ? { bytesPerSecond } : {}),
    ...(active > 0 && secondsLeft !== undefined ? { secondsLeft } : {}),
  })
}

function fractionOf(counted: number, done: number, fraction: number): number {
  return counted > 0 && done === counted ? 1 : Math.min(MAX_UNFINISHED, fraction)
}
