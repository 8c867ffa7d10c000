/**
 * An uploader as a list uses it.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { InterruptedUpload } from '../interrupted.ts'
import type { UploadSource } from '../file/file-source.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadOptions } from '../upload/upload-options.ts'

/** An uploader whose rules are not known here: `createUploadList` has checked the name. */
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
