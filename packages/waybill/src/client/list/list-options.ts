import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { VerdictResponse } from '../../protocol/verdict.ts'
import type { Effects } from '../effects.ts'
import type { UploadSource } from '../file/file-source.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import type { Upload } from '../upload/upload.ts'
import type { HasSeveralRules, UploadOptions } from '../upload/upload-options.ts'
import type { UploadItem } from './snapshot.ts'

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
