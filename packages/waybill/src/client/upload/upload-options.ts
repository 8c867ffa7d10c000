import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'

/** Options for `uploader.upload`. */
export interface UploadOptions<Name extends string = string> {
  /** The upload rule's name. Can be omitted if the signer has only one rule. */
  readonly rule?: Name
  /**
   * Metadata that is passed to the rule's `key` and `onComplete`. Limited to 16 entries and 1 KB in
   * total.
   */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * The file's path within the folder that the user chose, including the file name, such as
   * `album/trip/two.png`. Passed to the rule's `key` and `onComplete`. Set it to `''` to send no
   * path.
   * @default a `File`'s `webkitRelativePath`, which folder inputs and `filesOf` set
   */
  readonly path?: string
  /** Aborts the upload. */
  readonly signal?: AbortSignal
  /** Same as `on('progress', …)`. */
  readonly onProgress?: (progress: Progress) => void
  /** @default the file's own name, else `file` */
  readonly name?: string
  /**
   * Content type.
   * @default the file's own type, else the type for its extension, else `application/octet-stream`
   */
  readonly type?: string
}

/**
 * The arguments of `upload` after the file. They are optional if the signer has a single rule or
 * the type of its rules is unknown. If it has several rules, `rule` is required.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never
