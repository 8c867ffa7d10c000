/**
 * One upload as the page shows it: the client's handle, and what can be said of it at this moment.
 *
 * @module
 */

import { formatSize, UploadError } from 'waybill'
import type { Upload, UploadState } from 'waybill/client'
import { createRate } from './rate.ts'
import { timeLeft } from './words.ts'

/** The states in the page's words. */
const STATUS: Readonly<Record<UploadState, string>> = {
  queued: 'Waiting',
  hashing: 'Reading',
  uploading: 'Sending',
  paused: 'Paused',
  completing: 'Confirming',
  done: 'Delivered',
  failed: 'Not accepted',
  aborted: 'Cancelled',
}

export interface Sending {
  readonly upload: Upload
  /** Why it failed, when it has. */
  readonly error?: UploadError
  /** Of the state, in a word. */
  readonly status: string
  /** 0 to 100; 100 only when the object is confirmed. */
  readonly percent: number
  /** `19.9 of 52.4 MiB` */
  readonly amount: string
  /** `8.1 MiB/s`, or empty while nothing moves. */
  readonly rate: string
  /** `4 s left`, or empty while that is not known. */
  readonly left: string
}

/**
 * @param onChange - Called with each new view of the upload; the last one is `done`, `failed` or `aborted`.
 * @returns The first view.
 */
export function follow(upload: Upload, onChange: (sending: Sending) => void): Sending {
  const rate = createRate()
  let bytesPerSecond = 0
  let error: UploadError | undefined
  const view = () => viewOf(upload, bytesPerSecond, error)
  upload.on('progress', ({ sent }) => {
    bytesPerSecond = rate.update(sent, performance.now())
    onChange(view())
  })
  upload.on('state', ({ state }) => {
    if (state === 'uploading') rate.restart()
    // The end is told below, when it is known what it was.
    if (state !== 'done' && state !== 'failed' && state !== 'aborted') onChange(view())
  })
  upload.done.then(
    () => onChange(view()),
    (reason: unknown) => {
      error = reason instanceof UploadError ? reason : undefined
      onChange(view())
    },
  )
  return view()
}

function viewOf(upload: Upload, bytesPerSecond: number, error: UploadError | undefined): Sending {
  const { sent, total, fraction } = upload.progress
  const moving = upload.state === 'uploading' && bytesPerSecond > 0
  return {
    upload,
    status: STATUS[upload.state],
    percent: Math.floor(fraction * 100),
    amount: `${formatSize(sent)} of ${formatSize(total)}`,
    rate: moving ? `${formatSize(Math.round(bytesPerSecond))}/s` : '',
    left: moving ? timeLeft((total - sent) / bytesPerSecond) : '',
    ...(error ? { error } : {}),
  }
}
