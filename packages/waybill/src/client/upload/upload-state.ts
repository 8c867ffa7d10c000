/**
 * The states and the events of an upload.
 *
 * `queued → hashing → queued → uploading → completing → done`. While nothing moves, `waiting`
 * replaces `queued`, `uploading` or `completing`. Every state before `completing` can become
 * `paused`, and `resume()` leads to `queued`. `failed` and `aborted` can follow every state that is
 * not final; `retry()` leads from `failed` to `queued`.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Progress } from './progress.ts'

/**
 * What an upload does now.
 *
 * - `queued`: its file is opened, it waits for its turn, or the signer is asked for permission.
 * - `hashing`: its file is read for its SHA-256.
 * - `uploading`: its bytes are sent to S3.
 * - `completing`: the signer completes it and compares what S3 has.
 * - `waiting`: nothing moves, see `Upload.waiting`.
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

/** How an upload ends; `retry()` leads away from `failed`. */
export const FINAL: ReadonlySet<UploadState> = new Set(['done', 'failed', 'aborted'])

/** The reason with which `pause()` stops a run. */
export const PAUSED = new UploadError('ABORTED', 'the upload is paused')

/** Event name → what its listener gets. */
export interface UploadEvents {
  /** Also when the time of the next try changes: then both states are `waiting`. */
  readonly state: { readonly state: UploadState; readonly previous: UploadState }
  /**
   * At most ten times a second, at once when bytes were lost, when the rate becomes unknown, and once
   * when it is done.
   */
  readonly progress: Progress
  /** A request failed and is made again after `delayMs`. */
  readonly retry: { readonly error: UploadError; readonly delayMs: number }
}
