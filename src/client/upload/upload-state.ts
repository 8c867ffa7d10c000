/**
 * The states of an upload and what an upload tells while it has one.
 *
 * `queued → hashing → queued → uploading → completing → done`. `waiting` takes the place of each of
 * them but `hashing` while nothing moves; `paused` comes from all before `completing`. Both lead
 * back. `failed` and `aborted` come from any; `retry()` leads from `failed` to `queued`.
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
 * - `uploading`: bytes leave.
 * - `completing`: the signer compares what S3 has.
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

/** Why a run stops that is to go on later. */
export const PAUSED = new UploadError('ABORTED', 'the upload is paused')

/** Event name → what its listener gets. */
export interface UploadEvents {
  /** Told again while `waiting` when the next try is set anew: then both are `waiting`. */
  readonly state: { readonly state: UploadState; readonly previous: UploadState }
  /** At most ten times a second, when the rate falls silent, and once when the upload is done. */
  readonly progress: Progress
  /** A request failed and is made again after `delayMs`. */
  readonly retry: { readonly error: UploadError; readonly delayMs: number }
}
