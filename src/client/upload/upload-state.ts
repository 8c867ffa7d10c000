/**
 * The states of an upload and what an upload tells while it has one.
 *
 * `queued → hashing → uploading → completing → done`; `paused` from the first three and back;
 * `failed` and `aborted` from any.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Progress } from './progress.ts'

/** What an upload does now. */
export type UploadState =
  | 'queued'
  | 'hashing'
  | 'uploading'
  | 'paused'
  | 'completing'
  | 'done'
  | 'failed'
  | 'aborted'

/** Event name → what its listener gets. */
export interface UploadEvents {
  readonly state: { readonly state: UploadState; readonly previous: UploadState }
  /** At most ten times a second, when the rate falls silent, and once when the upload is done. */
  readonly progress: Progress
  /** A request failed and is made again after `delayMs`. */
  readonly retry: { readonly error: UploadError; readonly delayMs: number }
}
