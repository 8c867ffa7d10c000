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

/** Final states, although `retry()` can restart a failed upload. */
export const FINAL: ReadonlySet<UploadState> = new Set(['done', 'failed', 'aborted'])

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
