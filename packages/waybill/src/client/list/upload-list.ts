import type { CompleteResponse, RuleHints } from '../../protocol/messages.ts'
import { type UploadError, whose } from '../../protocol/upload-error.ts'
import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { VerdictResponse } from '../../protocol/verdict.ts'
import type { Effects } from '../effects.ts'
import type { UploadSource } from '../file/file-source.ts'
import type { Waiting } from '../send/waiting.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import type { Progress } from '../upload/progress.ts'
import type { HasSeveralRules, Upload, UploadOptions } from '../upload/upload.ts'
import type { UploadItemState } from '../upload/upload-state.ts'

/**
 * A list of files and their uploads, all under one rule. Its methods can be called without `this`.
 * Unknown ids are ignored.
 */
export interface UploadList<Result = unknown> {
  /** Returns the current state. The object stays the same until something changes. */
  getSnapshot(): UploadListSnapshot<Result>
  /**
   * Adds a listener that is called when the snapshot changes: once per tick at most, and up to ten
   * times a second while uploads make progress. The first listener triggers the requests for
   * `hints` and interrupted uploads.
   *
   * @returns A function that removes the listener.
   */
  subscribe(listener: () => void): () => void
  /**
   * Adds files. A rejected file also becomes an item, in state `failed` and with an `error`.
   *
   * @returns The ids of the new items.
   * @example
   * ```ts
   * list.add([file], { metadata: ({ lastModified }) => ({ taken: String(lastModified) }) })
   * ```
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Starts one item, or all items that are `ready`. */
  start(id?: string): void
  /** Pauses one item, or all items. S3 keeps the stored parts. */
  pause(id?: string): void
  /** Resumes one item, or all items that are `paused`. */
  resume(id?: string): void
  /**
   * Aborts one upload, or all uploads, and deletes their parts from S3. The items stay in the list.
   */
  abort(id?: string): void
  /**
   * Retries one failed or aborted item. A failed item continues from the parts already stored in
   * S3. Without an id, retries all failed items except refused files, which would be refused again.
   */
  retry(id?: string): void
  /**
   * Removes an item and aborts its upload. If the file is already stored and the rule has `remove`,
   * the stored object is deleted too.
   *
   * @param options - `stored: 'keep'` keeps the stored object. @default 'remove'
   * @throws {UploadError} When the signer does not delete the object. The item then stays in the
   *   list.
   */
  remove(id: string, options?: { readonly stored?: 'remove' | 'keep' }): Promise<void>
  /**
   * Removes all items that are done, but not their stored objects. Call it after your script has
   * submitted a form. Otherwise, the next form submits the same receipts again.
   *
   * @param options - Pass the `receipts` that were submitted, to keep files completed since then.
   * @default the receipts of all items that are done
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /**
   * Resumes an interrupted upload as a new item. Call it from a click handler, because the browser
   * may ask for permission to read the file again. If the user chooses a different file, it is
   * uploaded from the beginning.
   *
   * @param id - From the snapshot's `interrupted`.
   * @param file - Required if `canReopen` is false.
   * @returns The id of the new item, or `undefined` if `id` is unknown.
   * @throws {TypeError} When `canReopen` is false and `file` is missing.
   */
  resumeInterrupted(id: string, file?: File): string | undefined
  /**
   * Aborts an interrupted upload and deletes its parts from S3.
   *
   * @param id - From the snapshot's `interrupted`.
   */
  forgetInterrupted(id: string): Promise<void>
  /**
   * Returns what the rule allows. Calls the signer only if there is no recent response.
   *
   * @throws {UploadError} When the signer cannot be reached or rejects the call. Uploads work
   *   without hints.
   */
  hints(): Promise<RuleHints>
  /**
   * Replaces the options. This does not affect uploads that have started.
   *
   * @throws {TypeError | RangeError} When an option is invalid.
   */
  update(options: Omit<UploadListOptions<string, Result>, 'rule' | 'effects'>): void
  /**
   * Empties the list, revokes its preview URLs and removes all listeners. The list can be used
   * again afterwards.
   *
   * @param options - What happens to uploads in flight. @default 'abort'
   */
  destroy(options?: { readonly uploads?: 'abort' | 'continue' | undefined }): void
}

/**
 * Metadata that is passed to the rule's `key` and `onComplete`. Limited to 16 entries and 1 KB per
 * file. A function is called for each file when its upload starts. If it throws, the file fails.
 */
export type FileMetadata =
  | Readonly<Record<string, string>>
  | ((file: File) => Readonly<Record<string, string>> | undefined)

/** Options for the files added by one call to `add`. */
export interface AddOptions {
  /** Merged into the list's metadata. Entries set here take precedence. */
  readonly metadata?: FileMetadata
  /**
   * Returns a file's path within the folder that the user chose, including its name, such as
   * `album/trip/two.png`. Return `''` to send no path.
   * @default the file's `webkitRelativePath`
   */
  readonly path?: (file: File) => string | undefined
}

/** Options for `createUploadList`. */
export interface UploadListOptions<Name extends string = string, Result = unknown> {
  /** The upload rule's name. Can be omitted if the signer has only one rule. */
  readonly rule?: Name
  /** Maximum number of files. Further files fail with `TOO_MANY_FILES`. @default no limit */
  readonly maxFiles?: number
  /** Whether files are sent as soon as they are added. If not, call `start`. @default true */
  readonly autostart?: boolean
  /** Metadata for every file. */
  readonly metadata?: FileMetadata
  /**
   * Transforms an added file before it is hashed and sent, for example by resizing or converting it.
   * Runs for up to two files at once. If it throws an `UploadError`, the file fails with that error.
   * Any other error becomes `PREPARE_FAILED`.
   *
   * @param signal - Aborted when the item is paused, aborted or removed.
   */
  readonly prepare?: (file: File, signal: AbortSignal) => Blob | Promise<Blob>
  /**
   * Whether to ask the signer for the arrival check's verdict on each stored file, for up to a
   * minute. A rejected file's receipt is then left out of `receipts`.
   * @default false
   */
  readonly verdicts?: boolean
  /**
   * The rule's hints from `signer.describe()`, for pages rendered on a server. If set, the list
   * does not fetch hints from the signer.
   */
  readonly hints?: RuleHints
  /** Called when a file has been stored. */
  readonly onDone?: (item: UploadItem<Result>) => void
  /**
   * Called when a file has failed or was rejected. `retry` may help if `item.error.retryable` is
   * true.
   */
  readonly onError?: (item: UploadItem<Result>) => void
  /** Replaces the clock and timers in tests. @default the platform's */
  readonly effects?: Partial<Pick<Effects, 'monotonicMs' | 'wait'>>
}

/**
 * The arguments of `createUploadList` after the uploader. They are optional if the signer has a
 * single rule or the type of its rules is unknown. If it has several rules, `rule` is required.
 */
export type UploadListArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadListOptions<Name, RuleResult<Rules, Name>> & { readonly rule: Name }]
    : [options?: UploadListOptions<Name, RuleResult<Rules, Name>>]

export function checkListOptions({ maxFiles = 1, prepare }: UploadListOptions<string, never>) {
  if (!(maxFiles >= 0)) throw new RangeError(`maxFiles is ${maxFiles}, expected 0 or more`)
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw new TypeError(`prepare is ${typeof prepare}, expected a function`)
  }
}

/**
 * An uploader without its rules type. `createUploadList` has already checked the rule's name at
 * compile time.
 */
export interface AnyUploader {
  upload(
    file: UploadSource,
    options: {
      readonly [Name in keyof UploadOptions]: UploadOptions[Name] | undefined
    },
  ): Upload
  interrupted(): Promise<readonly InterruptedUpload[]>
  rules(): Promise<Readonly<Record<string, RuleHints>>>
  remove(receipt: string): Promise<unknown>
  verdict(receipt: string, options: { readonly signal: AbortSignal }): Promise<VerdictResponse>
}

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

/** Whether the file itself was refused. It would be refused again, so a retry does not help. */
export function isRefused(error: UploadError | undefined): boolean {
  return error !== undefined && whose(error) === 'file'
}

/** Whether the arrival check rejected a stored file. */
export function isRejected({ verdict }: Pick<UploadItem, 'verdict'>): boolean {
  return verdict?.verdict === 'rejected'
}

/** The receipts to submit with a form: those of stored files, except rejected ones. */
export function receiptsOf(items: readonly UploadItem[]): readonly string[] {
  return items.flatMap((item) => (isRejected(item) ? [] : (item.completed?.receipt ?? [])))
}
