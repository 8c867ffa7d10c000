/**
 * The options of one upload, typed by the signer's rules.
 *
 * @module
 */

import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'

/** Options of one upload, for `uploader.upload`. */
export interface UploadOptions<Name extends string = string> {
  /** Name of the upload rule. Can be omitted when the signer has only one. */
  readonly rule?: Name
  /** Metadata for the rule's `key` and `onComplete`: 16 entries and 1 KB in total at most. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * The file's path within the folder that the user chose, including its `name`, such as
   * `album/trip/two.png`. Passed to the rule's `key` and `onComplete`. `''` sends no path.
   * @default the `webkitRelativePath` of a `File`: set by an input with `webkitdirectory` and by
   *   `filesOf`
   */
  readonly path?: string
  /** Aborts the upload. */
  readonly signal?: AbortSignal
  /** The same as `on('progress', …)`. */
  readonly onProgress?: (progress: Progress) => void
  /** @default the file's own name, else `file` */
  readonly name?: string
  /**
   * Content type.
   * @default the file's own, else the type of its extension, else `application/octet-stream`
   */
  readonly type?: string
}

/**
 * The options of `upload` as an argument list. They can be omitted if the signer has one rule or
 * the type of its rules is not known. If there are several rules, `rule` is required.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

/** `true` if the `rule` option is required. */
export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never
