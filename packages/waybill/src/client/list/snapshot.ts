import type { CompleteResponse } from '../../protocol/messages.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { VerdictResponse } from '../../protocol/verdict.ts'
import type { Waiting } from '../send/waiting-reason.ts'
import type { Progress } from '../upload/progress.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadItemState } from '../upload/upload-state.ts'

/**
 * The state of a list at one point in time. Items that have not changed are the same objects as in
 * the previous snapshot.
 */
export interface UploadListSnapshot<Result = unknown> {
  /** In the order they were added. */
  readonly items: readonly UploadItem<Result>[]
  readonly total: UploadTotal
  /** The rule's uploads that were interrupted by a reload or a crash, newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** What the rule allows. Missing until the signer has responded. */
  readonly hints?: RuleHints
  /** The receipts of all items that are done and not rejected, to submit with a form. */
  readonly receipts: readonly string[]
}

/** One file in a list. */
export interface UploadItem<Result = unknown> {
  /** Unique in this list, and never reused. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing if no folder was chosen. */
  readonly path?: string
  /** Size in bytes of the added file or, once known, of the file to send. */
  readonly size: number
  readonly type: string
  readonly state: UploadItemState
  readonly progress: Progress
  /** Why the upload is waiting, and until when. Set only in state `waiting`. */
  readonly waiting?: Waiting
  /** Why the file failed or was rejected. Set only in state `failed`. */
  readonly error?: UploadError
  /**
   * Local URL of the added file, for an `<img>` or `<video>` on this page. Created when first read,
   * and revoked when the item is removed. `undefined` for SVG and for files that are neither images
   * nor videos.
   */
  readonly previewUrl: string | undefined
  /** The signer's response to `complete`. Set only in state `done`. */
  readonly completed?: CompleteResponse<Result>
  /**
   * The arrival check's verdict on the stored file, in a list with `verdicts`. It is `pending` while
   * the list waits for it, and missing if there is none after a minute.
   */
  readonly verdict?: VerdictResponse
  /** The upload's handle. Missing until the upload has started. */
  readonly upload?: Upload<Result>
}

/**
 * Totals for all items. Failed, rejected and aborted items count towards `files`, but their bytes
 * do not count, so that the other items can still reach 100%.
 */
export interface UploadTotal {
  readonly files: number
  readonly done: number
  /** Includes rejected files, but not aborted ones. */
  readonly failed: number
  /** Items that are neither final, `ready` nor `paused`. */
  readonly active: number
  /** Bytes sent so far. */
  readonly sent: number
  /** Bytes stored in S3. */
  readonly stored: number
  /** Total size of all counted files in bytes. */
  readonly size: number
  /** From 0 to 0.99, and 1 only when all counted files are done. */
  readonly fraction: number
  /** Rate of confirmed bytes. Missing while it is unknown. */
  readonly bytesPerSecond?: number
  /** Estimated time until the remaining bytes are confirmed, at this rate. */
  readonly secondsLeft?: number
}

/** An unfinished upload from an earlier session. */
export interface InterruptedItem {
  /** Pass it to `resumeInterrupted` or `forgetInterrupted`. */
  readonly id: string
  readonly name: string
  /** The path within the chosen folder; missing if no folder was chosen. */
  readonly path?: string
  /** Size of the file in bytes. */
  readonly size: number
  readonly type: string
  /** The number of bytes already stored in S3. */
  readonly sent: number
  readonly updatedAt: Date
  /**
   * Whether `resumeInterrupted` can reopen the file. Otherwise, the user has to choose it again.
   */
  readonly canReopen: boolean
}
