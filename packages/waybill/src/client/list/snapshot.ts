/**
 * What a list of uploads shows at one moment. A snapshot never changes, so items of two snapshots
 * can be compared by identity.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { Progress } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadState } from '../upload/upload-state.ts'
import type { Waiting } from '../send/waits.ts'

/** A list at one moment. The same object until something of it changes. */
export interface UploadListSnapshot<Result = unknown> {
  /** In the order in which they were added. */
  readonly items: readonly UploadItem<Result>[]
  readonly total: UploadTotal
  /** Uploads of the rule that a reload or a crash has interrupted, the newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** What the rule allows; missing until the signer has said it. */
  readonly hints?: RuleHints
  /** Of the items that are done: what a form submits. */
  readonly receipts: readonly string[]
}

/**
 * - `ready`: it waits for `start`, where the list does not start by itself.
 * - `preparing`: `prepare` of the list is at work on it.
 */
export type UploadItemState = 'ready' | 'preparing' | UploadState

/** One file of a list. */
export interface UploadItem<Result = unknown> {
  /** Unique in this list, and never given again. */
  readonly id: string
  readonly name: string
  /** The folders that the file was in, and its name; missing without folders. */
  readonly path?: string
  /** Bytes: of the file that was added, and of what is sent once that is known. */
  readonly size: number
  readonly type: string
  readonly state: UploadItemState
  readonly progress: Progress
  /** What it waits for, in the state `waiting` alone. */
  readonly waiting?: Waiting
  /** Why it has failed or was refused, in the state `failed` alone. */
  readonly error?: UploadError
  /**
   * URL of the file as it was added, for `<img>` and `<video>` on this page; made when it is first
   * read, revoked when the item is removed. `undefined` for what is neither image nor video.
   */
  readonly previewUrl: string | undefined
  /** The signer's answer to `complete`, in the state `done` alone. */
  readonly completed?: CompleteResponse<Result>
  /** The handle of the upload. Missing until it has begun. */
  readonly upload?: Upload<Result>
}

/**
 * All items together. What was refused, has failed or was aborted counts in `files`, and its bytes
 * nowhere, so that the rest becomes whole.
 */
export interface UploadTotal {
  readonly files: number
  readonly done: number
  /** Refused files too; aborted ones not. */
  readonly failed: number
  /** Neither at their end nor `ready` nor paused. */
  readonly active: number
  /** Bytes that have left, of those that count. */
  readonly sent: number
  /** Bytes that S3 has, of those that count. */
  readonly stored: number
  /** Bytes that count. */
  readonly size: number
  /** 0 to 0.99, and 1 only when all that counts is done. */
  readonly fraction: number
  /** Bytes that S3 has confirmed. Missing until there is a rate to tell. */
  readonly bytesPerSecond?: number
  /** For all bytes that are not confirmed, at that rate. */
  readonly secondsLeft?: number
}

/** An upload that an earlier session has begun. */
export interface InterruptedItem {
  /** For `resumeInterrupted` and `forgetInterrupted`. */
  readonly id: string
  readonly name: string
  /** The folders that the file was in, and its name; missing without folders. */
  readonly path?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Bytes that S3 has. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resumeInterrupted` finds the file by itself; else it has to be chosen again. */
  readonly canReopen: boolean
}
