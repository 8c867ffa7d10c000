/**
 * What one upload is started with.
 *
 * @module
 */

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
  /** Content type. @default the file's own, else `application/octet-stream` */
  readonly type?: string
}
