/**
 * An upload's states and events.
 *
 * `queued → hashing → queued → uploading → completing → done`. While nothing moves, `waiting`
 * replaces `queued`, `uploading` or `completing`. `pause()` leads from any state before
 * `completing` to `paused`, and `resume()` from there to `queued`. Any state that is not final can
 * become `failed` or `aborted`; `retry()` leads from `failed` to `queued`.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Progress } from './progress.ts'

/**
 * The state of an upload.
 *
 * - `queued`: the file is being opened or waits for its turn, or the signer is being called.
 * - `hashing`: the file is being read to compute its SHA-256.
 * - `uploading`: bytes are being sent to S3.
 * - `completing`: the signer completes the upload and checks what S3 has.
 * - `waiting`: nothing moves; see `Upload.waiting`.
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

/** Final states, except that `retry()` restarts a failed upload. */
export const FINAL: ReadonlySet<UploadState> = new Set(['done', 'failed', 'aborted'])

/** The events of an upload and what their listeners receive. */
export interface UploadEvents {
  /** Also fires when the time of the next attempt changes. Both states are then `waiting`. */
  readonly state: { readonly state: UploadState; readonly previous: UploadState }
  /**
   * Fires ten times a second at most, and also immediately when bytes were lost, when the rate
   * becomes unknown, and once at the end.
   */
  readonly progress: Progress
  /** A request failed and is retried after `delayMs`. */
  readonly retry: { readonly error: UploadError; readonly delayMs: number }
}
