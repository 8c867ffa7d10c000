/**
 * The state of a list of uploads at one moment. A snapshot never changes, so items of two snapshots
 * can be compared by identity.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { Waiting } from '../send/waits.ts'
import type { Progress } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadState } from '../upload/upload-state.ts'

/** A list at one moment. The same object until something changes. */
export interface UploadListSnapshot<Result = unknown> {
  /** In the order they were added. */
  readonly items: readonly UploadItem<Result>[]
  readonly total: UploadTotal
  /** The rule's uploads that a reload or a crash interrupted, newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** What the rule allows; missing until the signer has answered. */
  readonly hints?: RuleHints
  /** The receipts of items that are done: what a form submits. */
  readonly receipts: readonly string[]
}

/**
 * The state of an item: that of its upload, or before that
 *
 * - `ready`: waits for `start`, in a list without `autostart`.
 * - `preparing`: the list's `prepare` is running.
 */
export type UploadItemState = 'ready' | 'preparing' | UploadState

/** One file of a list. */
export interface UploadItem<Result = unknown> {
  /** Unique in this list, and never reused. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing without a folder. */
  readonly path?: string
  /** Bytes of the added file; of the file to send once that is known. */
  readonly size: number
  readonly type: string
  readonly state: UploadItemState
  readonly progress: Progress
  /** What the upload waits for; only set in state `waiting`. */
  readonly waiting?: Waiting
  /** Why it failed or was refused; only set in state `failed`. */
  readonly error?: UploadError
  /**
   * URL of the added file, for `<img>` and `<video>` on this page. Created when first read, revoked
   * when the item is removed. `undefined` for files that are neither image nor video.
   */
  readonly previewUrl: string | undefined
  /** The signer's response to `complete`; only set in state `done`. */
  readonly completed?: CompleteResponse<Result>
  /** The handle of the upload. Missing until it has started. */
  readonly upload?: Upload<Result>
}

/**
 * All items together. Failed, refused and aborted items count in `files`, but their bytes do not
 * count, so that the others reach 100 %.
 */
export interface UploadTotal {
  readonly files: number
  readonly done: number
  /** Including refused files, but not aborted ones. */
  readonly failed: number
  /** Neither final nor `ready` nor paused. */
  readonly active: number
  /** Bytes that were sent. */
  readonly sent: number
  /** Bytes that S3 has. */
  readonly stored: number
  /** Bytes of all files that count. */
  readonly size: number
  /** 0 to 0.99, and 1 only when all files that count are done. */
  readonly fraction: number
  /** Rate of confirmed bytes. Missing until there is one. */
  readonly bytesPerSecond?: number
  /** Time for all unconfirmed bytes at this rate. */
  readonly secondsLeft?: number
}

/** An upload that an earlier session did not finish. */
export interface InterruptedItem {
  /** For `resumeInterrupted` and `forgetInterrupted`. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing without a folder. */
  readonly path?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Bytes that S3 has. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resumeInterrupted` can open the file; otherwise the person has to choose it again. */
  readonly canReopen: boolean
}
