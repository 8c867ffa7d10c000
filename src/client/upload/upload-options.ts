/**
 * What one upload is started with.
 *
 * @module
 */

import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'

/** What one upload is started with. */
export interface UploadOptions<Name extends string = string> {
  /** May be left out where the signer has one rule. */
  readonly rule?: Name
  /** For the rule's `key` and `onComplete`; at most 16 entries, 1 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>
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
 * The options of `upload`: they may be left out where the signer has one rule, or where its rules
 * are not known here; where it has several, one must be named.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

/** `true` where a rule must be named. */
export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never
