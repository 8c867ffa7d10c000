/**
 * The state of a list of uploads at one moment. A snapshot never changes, so items of two snapshots
 * can be compared by identity.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { Waiting } from '../send/waiting-reason.ts'
import type { Progress } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadState } from '../upload/upload-state.ts'

/** A list at one moment. It stays the same object until something changes. */
export interface UploadListSnapshot<Result = unknown> {
  /** In the order they were added. */
  readonly items: readonly UploadItem<Result>[]
  readonly total: UploadTotal
  /** The rule's uploads that a reload or a crash interrupted, newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** What the rule allows; missing until the signer has answered. */
  readonly hints?: RuleHints
  /** The receipts of the items that are done, for a form to submit. */
  readonly receipts: readonly string[]
}

/**
 * The state of an item: its upload's state or, until the upload has started, one of these:
 *
 * - `ready`: the item waits for `start`, in a list without `autostart`.
 * - `preparing`: the list's `prepare` is running.
 */
export type UploadItemState = 'ready' | 'preparing' | UploadState

/** One file of a list. */
export interface UploadItem<Result = unknown> {
  /** Unique in this list, and never reused. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing if no folder was chosen. */
  readonly path?: string
  /** Bytes of the added file or, once it is known, of the file to send. */
  readonly size: number
  readonly type: string
  readonly state: UploadItemState
  readonly progress: Progress
  /** Why the upload waits, and until when; only set in state `waiting`. */
  readonly waiting?: Waiting
  /** Why the file failed or was rejected; only set in state `failed`. */
  readonly error?: UploadError
  /**
   * URL of the added file, for `<img>` and `<video>` on this page. Created when first read, and
   * revoked when the item is removed. `undefined` for files that are neither images nor videos.
   */
  readonly previewUrl: string | undefined
  /** The signer's response to `complete`; only set in state `done`. */
  readonly completed?: CompleteResponse<Result>
  /** The handle of the upload. Missing until it has started. */
  readonly upload?: Upload<Result>
}

/**
 * The totals of all items. Failed, rejected and aborted items count in `files`, but their bytes do
 * not count, so that the other items can reach 100 %.
 */
export interface UploadTotal {
  readonly files: number
  readonly done: number
  /** Includes rejected files, but not aborted ones. */
  readonly failed: number
  /** Items that are neither final nor `ready` nor paused. */
  readonly active: number
  /** Bytes that have been sent. */
  readonly sent: number
  /** Bytes that S3 has. */
  readonly stored: number
  /** Bytes of all files that count. */
  readonly size: number
  /** 0 to 0.99, and 1 only when all files that count are done. */
  readonly fraction: number
  /** Rate of confirmed bytes. Missing until there is one. */
  readonly bytesPerSecond?: number
  /** Time that all unconfirmed bytes need at this rate. */
  readonly secondsLeft?: number
}

/** An upload that an earlier session did not finish. */
export interface InterruptedItem {
  /** For `resumeInterrupted` and `forgetInterrupted`. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing if no folder was chosen. */
  readonly path?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Bytes that S3 has. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resumeInterrupted` can open the file; otherwise, the user has to choose it again. */
  readonly canReopen: boolean
}
