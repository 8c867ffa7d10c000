/**
 * What can be said of an upload at this moment.
 *
 * @module
 */

import { formatSize } from 'waybill'
import type { Upload, UploadState } from 'waybill/client'
import { timeLeft } from './words.ts'

/** The states in the page's words. */
const STATUS: Readonly<Record<UploadState, string>> = {
  queued: 'Waiting',
  hashing: 'Reading',
  uploading: 'Sending',
  paused: 'Paused',
  completing: 'Confirming',
  done: 'Delivered',
  failed: 'Not stored',
  aborted: 'Cancelled',
}

export interface Sending {
  /** The upload's state, in a word. */
  readonly status: string
  /** 0 to 100; 100 only when the object is confirmed. */
  readonly percent: number
  /** `19.9 MiB of 52.4 MiB` */
  readonly amount: string
  /** `8.1 MiB/s`, or empty while nothing moves. */
  readonly rate: string
  /** `4 s left`, or empty while that is not known. */
  readonly left: string
}

export function describeSending({ state, progress }: Upload): Sending {
  const { sent, total, fraction, bytesPerSecond = 0, remainingSeconds } = progress
  const moving = state === 'uploading' && remainingSeconds !== undefined
  return {
    status: STATUS[state],
    percent: Math.floor(fraction * 100),
    amount: `${formatSize(sent)} of ${formatSize(total)}`,
    rate: moving ? `${formatSize(Math.round(bytesPerSecond))}/s` : '',
    left: moving ? timeLeft(remainingSeconds) : '',
  }
}
