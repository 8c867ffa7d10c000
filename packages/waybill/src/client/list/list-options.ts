/**
 * What a list of uploads is made with.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { Effects } from '../effects.ts'
import type { HasSeveralRules } from '../upload/upload-options.ts'
import type { UploadItem } from './snapshot.ts'

/**
 * Metadata for the rule's `key` and `onComplete`, at most 16 entries and 1 KB for a file; or a
 * function that is called for each file when its upload starts. If it throws, the file fails.
 */
export type FileMetadata =
  | Readonly<Record<string, string>>
  | ((file: File) => Readonly<Record<string, string>> | undefined)

/** Options for the files of one `add`. */
export interface AddOptions {
  /** Added to the list's own metadata. Where both have an entry, this one is sent. */
  readonly metadata?: FileMetadata
  /**
   * Returns where a file was in the folder that the person chose: its folders and its name, such as
   * `album/trip/two.png`. Return `''` to send no path.
   * @default the file's `webkitRelativePath`
   */
  readonly path?: (file: File) => string | undefined
}

/** What a list of uploads is made with. */
export interface UploadListOptions<Name extends string = string, Result = unknown> {
  /** May be left out where the signer has one rule. */
  readonly rule?: Name
  /** Further files are refused with `TOO_MANY_FILES`. @default any number */
  readonly maxFiles?: number
  /** Whether files are sent as soon as they are added; else `start` sends them. @default true */
  readonly autostart?: boolean
  /** For every file. */
  readonly metadata?: FileMetadata
  /**
   * Makes the file to send from the file that was added, before it is hashed and described to the
   * signer: resized, converted, encrypted. Two run at once. If it throws, the file fails, with
   * `PREPARE_FAILED` unless the error is an `UploadError`.
   *
   * @param signal - Fires when the item is paused, aborted or removed.
   */
  readonly prepare?: (file: File, signal: AbortSignal) => Blob | Promise<Blob>
  /**
   * From `signer.describe()`, when a server renders the page: the client then does not ask the
   * signer.
   */
  readonly hints?: RuleHints
  /** A file is stored. */
  readonly onDone?: (item: UploadItem<Result>) => void
  /** A file has failed or was refused; `retry` may help where `item.error.retryable`. */
  readonly onError?: (item: UploadItem<Result>) => void
  /** Clock and waiting, for tests. @default the platform's */
  readonly effects?: Partial<Pick<Effects, 'monotonicMs' | 'wait'>>
}

/**
 * The options of `createUploadList`: they may be left out where the signer has one rule, or where
 * its rules are not known here; where it has several, one must be named.
 */
export type UploadListArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadListOptions<Name, RuleResult<Rules, Name>> & { readonly rule: Name }]
    : [options?: UploadListOptions<Name, RuleResult<Rules, Name>>]

/** @throws {TypeError | RangeError} Which option is wrong, and what it may be. */
export function checkListOptions({ maxFiles = 1, prepare }: UploadListOptions<string, never>) {
  if (!(maxFiles >= 0)) throw new RangeError(`maxFiles is ${maxFiles}, expected 0 or more`)
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw new TypeError(`prepare is ${typeof prepare}, expected a function`)
  }
}
