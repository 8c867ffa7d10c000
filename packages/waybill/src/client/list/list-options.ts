/**
 * The options of a list of uploads, and the uploader functions that the list needs.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { Effects } from '../effects.ts'
import type { UploadSource } from '../file/file-source.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import type { Upload } from '../upload/upload.ts'
import type { HasSeveralRules, UploadOptions } from '../upload/upload-options.ts'
import type { UploadItem } from './snapshot.ts'

/**
 * Metadata for the rule's `key` and `onComplete`: 16 entries and 1 KB per file at most. A function
 * is called for each file when its upload starts; if the function throws, the file fails.
 */
export type FileMetadata =
  | Readonly<Record<string, string>>
  | ((file: File) => Readonly<Record<string, string>> | undefined)

/** Options for the files of one call to `add`. */
export interface AddOptions {
  /** Merged into the list's metadata; entries here override the list's. */
  readonly metadata?: FileMetadata
  /**
   * Returns a file's path within the folder that the user chose, including its name, such as
   * `album/trip/two.png`. Return `''` to send no path.
   * @default the file's `webkitRelativePath`
   */
  readonly path?: (file: File) => string | undefined
}

/** Options of `createUploadList`. */
export interface UploadListOptions<Name extends string = string, Result = unknown> {
  /** Name of the upload rule. Can be omitted when the signer has only one. */
  readonly rule?: Name
  /** Maximum number of files. Further files fail with `TOO_MANY_FILES`. @default any number */
  readonly maxFiles?: number
  /** Whether files are sent as soon as they are added. Otherwise, call `start`. @default true */
  readonly autostart?: boolean
  /** Metadata for every file. */
  readonly metadata?: FileMetadata
  /**
   * Returns the file to send instead of an added file, such as a resized, converted or encrypted
   * one. Called before the file is hashed and described to the signer, for up to two files at once.
   * If it throws an `UploadError`, the file fails with that error; after any other error, the file
   * fails with `PREPARE_FAILED`.
   *
   * @param signal - Fires when the item is paused, aborted or removed.
   */
  readonly prepare?: (file: File, signal: AbortSignal) => Blob | Promise<Blob>
  /**
   * The rule's hints, if a server renders the page and gets them from `signer.describe()`. The list
   * then does not request them from the signer.
   */
  readonly hints?: RuleHints
  /** Called when a file is stored. */
  readonly onDone?: (item: UploadItem<Result>) => void
  /** Called when a file failed or was rejected. `retry` may help if `item.error.retryable`. */
  readonly onError?: (item: UploadItem<Result>) => void
  /** Clock and waiting, for tests. @default the platform's */
  readonly effects?: Partial<Pick<Effects, 'monotonicMs' | 'wait'>>
}

/**
 * The options of `createUploadList` as an argument list. They can be omitted if the signer has one
 * rule or the type of its rules is not known. If there are several rules, `rule` is required.
 */
export type UploadListArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadListOptions<Name, RuleResult<Rules, Name>> & { readonly rule: Name }]
    : [options?: UploadListOptions<Name, RuleResult<Rules, Name>>]

/** @throws {TypeError | RangeError} When an option is invalid. The message says what is allowed. */
export function checkListOptions({ maxFiles = 1, prepare }: UploadListOptions<string, never>) {
  if (!(maxFiles >= 0)) throw new RangeError(`maxFiles is ${maxFiles}, expected 0 or more`)
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw new TypeError(`prepare is ${typeof prepare}, expected a function`)
  }
}

/** An uploader with any rules. The type of `createUploadList` has checked the rule's name. */
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
}
