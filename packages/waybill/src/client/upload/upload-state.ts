/**
 * An upload's states and events.
 *
 * The usual order is `queued → hashing → queued → uploading → completing → done`. While an upload
 * makes no progress, `waiting` replaces `queued`, `uploading` or `completing`. `pause()` changes
 * any state before `completing` to `paused`, and `resume()` changes that to `queued`. Any state
 * that is not final can become `failed` or `aborted`. `retry()` changes `failed` to `queued`.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Progress } from './progress.ts'

/**
 * The state of an upload.
 *
 * - `queued`: the file is being opened or is waiting for its turn, or the signer is being called.
 * - `hashing`: the file is being read to compute its SHA-256.
 * - `uploading`: bytes are being sent to S3.
 * - `completing`: the signer completes the upload and checks what S3 has stored.
 * - `waiting`: the upload makes no progress. See `Upload.waiting` for the reason.
 */
export type UploadState =
  | 'queued'
  | 'hashing'
  | 'uploading'
  | 'waiting'
  | 'paused'
  | 'completing'
  | 'done'
  | 'failed'
  | 'aborted'

/**
 * The state of an item in a list: its upload's state or, until the upload has started, one of these:
 *
 * - `ready`: the item is waiting for `start`, in a list with `autostart: false`.
 * - `preparing`: the list's `prepare` is running.
 */
export type UploadItemState = 'ready' | 'preparing' | UploadState

/** What users can do next with an upload, apart from removing it. */
export type UploadAction = 'start' | 'pause' | 'resume' | 'retry'

/** The facts about states from which all others derive. */
export const NEXT_ACTION: Readonly<Record<UploadItemState, UploadAction | undefined>> = {
  ready: 'start',
  preparing: 'pause',
  queued: 'pause',
  hashing: 'pause',
  uploading: 'pause',
  waiting: 'pause',
  // The button stays, so that no other moves under the pointer, but it has no effect.
  completing: 'pause',
  paused: 'resume',
  failed: 'retry',
  aborted: 'retry',
  done: undefined,
}

/** Whether the upload continues by itself. */
export function isActive(state: UploadItemState): boolean {
  return NEXT_ACTION[state] === 'pause'
}

/** Whether the upload has begun and has not ended. It may be paused. */
export function isUnderWay(state: UploadItemState): boolean {
  return isActive(state) || state === 'paused'
}

/** Whether the upload has ended, although `retry()` can restart a failed one. */
export function isFinal(state: UploadItemState): boolean {
  return !isUnderWay(state) && state !== 'ready'
}

export function isPausable(state: UploadItemState): boolean {
  return isActive(state) && state !== 'completing'
}

/** Whether bytes may be under way, so that their rate still counts. */
export function isSending(state: UploadItemState): boolean {
  return state === 'uploading' || state === 'waiting' || state === 'completing'
}

/** Whether the upload exists. One that is retried starts again. */
export function hasStarted(state: UploadItemState): boolean {
  return state === 'done' || (isUnderWay(state) && state !== 'preparing')
}

/** Maps an upload's event names to the values that listeners receive. */
export interface UploadEvents {
  /** Also fires when the time of the next attempt changes. If so, both states are `waiting`. */
  readonly state: { readonly state: UploadState; readonly previous: UploadState }
  /**
   * Fires up to ten times a second. Also fires immediately when bytes are lost, when the rate
   * becomes unknown, and when the upload is done.
   */
  readonly progress: Progress
  /** Fires when a request has failed and will be retried after `delayMs`. */
  readonly retry: { readonly error: UploadError; readonly delayMs: number }
}
