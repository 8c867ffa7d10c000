/**
 * The options of one upload, typed by the signer's rules.
 *
 * @module
 */

import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'

/** Options of one upload, for `upload`. */
export interface UploadOptions<Name extends string = string> {
  /** Name of the upload rule. Can be omitted when the signer has only one. */
  readonly rule?: Name
  /** For the rule's `key` and `onComplete`: at most 16 entries and 1 KB in total. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * The file's path within the folder that the person chose, including its `name`, such as
   * `album/trip/two.png`. For the rule's `key` and `onComplete`. `''` sends no path.
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
 * The options of `upload` as an argument list. They can be omitted when the signer has one rule or
 * the type of its rules is not known. With several rules, one must be named.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

/** `true` if a rule must be named. */
export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never
