/**
 * Describes the current state of an upload.
 *
 * @module
 */

import { formatSize } from 'waybill'
import type { Upload, UploadState, Waiting } from 'waybill/client'
import { timeLeft } from './words.ts'

/** The texts for the states. */
const STATUS: Readonly<Record<UploadState, string>> = {
  queued: 'Queued',
  hashing: 'Reading',
  uploading: 'Sending',
  waiting: 'No answer',
  paused: 'Paused',
  completing: 'Confirming',
  done: 'Delivered',
  failed: 'Not stored',
  aborted: 'Cancelled',
}

/** The state of an upload as text. */
export interface Sending {
  /** The state, in a word. */
  readonly status: string
  /** 0 to 100; 100 only when the object is confirmed. */
  readonly percent: number
  /** For example `19.9 MiB of 52.4 MiB`. */
  readonly amount: string
  /** For example `8.1 MiB/s`; empty when no bytes are sent. */
  readonly rate: string
  /** For example `4 s left`; empty when unknown. */
  readonly left: string
}

/** Describes an upload. */
export function describeSending({ state, waiting, progress }: Upload): Sending {
  const { sent, total, fraction, bytesPerSecond = 0, remainingSeconds } = progress
  const moving = state === 'uploading' && remainingSeconds !== undefined
  return {
    status: waiting?.reason === 'offline' ? 'Offline' : STATUS[state],
    percent: Math.floor(fraction * 100),
    amount: `${formatSize(sent)} of ${formatSize(total)}`,
    rate: moving ? `${formatSize(Math.round(bytesPerSecond))}/s` : '',
    left: moving ? timeLeft(remainingSeconds) : '',
  }
}

/** Says what an upload waits for, until when, and what to check. */
export function describeWaiting({ reason, until }: Waiting, now: Date): string {
  if (reason === 'offline') return 'Waiting for the network.'
  const who = reason === 'signer' ? 'The server' : 'The storage'
  const seconds = until ? Math.ceil((until.getTime() - now.getTime()) / 1000) : 0
  const next = seconds > 0 ? `next try in ${seconds} s` : 'trying again'
  return `${who} does not answer; ${next}. Check that waybill dev is still running.`
}
