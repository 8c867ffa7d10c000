/**
 * The options of one upload.
 *
 * @module
 */

import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'

/** Options of one upload, for `upload`. */
export interface UploadOptions<Name extends string = string> {
  /** Name of the upload rule. It may be left out when the signer has only one. */
  readonly rule?: Name
  /** For the rule's `key` and `onComplete`; at most 16 entries, 1 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * Where the file was in the folder that the person chose: its folders and its `name`, such as
   * `album/trip/two.png`. For the rule's `key` and `onComplete`. `''` sends none.
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
   * @default the file's own; where it has none that of its extension, else
   *   `application/octet-stream`
   */
  readonly type?: string
}

/**
 * The options of `upload` as an argument list. They may be left out when the signer has one rule,
 * or when the type of its rules is not known; of several rules, one must be named.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

/** `true` where a rule must be named. */
export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never
