/**
 * What one upload is started with, and the description of its file that follows from it.
 *
 * @module
 */

import { baseContentType } from '../../protocol/content-type.ts'
import type { FileDescription } from '../../protocol/messages.ts'
import type { Progress } from './progress.ts'

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

/** Describes a file to the signer, as far as it is open. */
export function describeFile(ownName: string, file: Blob, options: UploadOptions): FileDescription {
  const { name = ownName, type = file.type, metadata } = options
  return {
    name,
    size: file.size,
    type: baseContentType(type) || 'application/octet-stream',
    ...(metadata ? { metadata } : {}),
  }
}
