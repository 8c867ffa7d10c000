import { createUploader } from '../client/create-uploader.ts'
import { createUploadList } from '../client/list/create-upload-list.ts'
import type { FileMetadata, UploadListOptions } from '../client/list/list-options.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import type { SignerHeaders } from '../client/signer-calls/signer-calls.ts'
import type { Uploader } from '../client/uploader.ts'

/** The element's properties that affect uploads. They can change at any time. */
export interface ListSettings {
  readonly endpoint: string
  readonly rule: string | undefined
  readonly uploader: Uploader | undefined
  readonly headers: SignerHeaders | undefined
  readonly scope: string | undefined
  readonly metadata: FileMetadata | undefined
  readonly prepare: UploadListOptions['prepare'] | undefined
  readonly autostart: boolean
  readonly verdicts: boolean
  readonly multiple: boolean
  readonly maxFiles: number | undefined
}

export function makeList(settings: ListSettings): UploadList | undefined {
  const { rule } = settings
  const uploader = settings.uploader ?? makeUploader(settings)
  return uploader && createUploadList(uploader, rule === undefined ? {} : { rule })
}

/** Reads `headers` again on each call, because a page can set them later. */
function makeUploader(settings: ListSettings): Uploader | undefined {
  const { endpoint, scope } = settings
  if (endpoint === '') return undefined
  const headers: SignerHeaders = (call) => {
    const { headers: given = {} } = settings
    return typeof given === 'function' ? given(call) : given
  }
  return createUploader({ endpoint, headers, ...(scope === undefined ? {} : { scope }) })
}

/** @param taken - Number of files outside the list that count towards `maxFiles`. */
export function listOptions(settings: ListSettings, taken: number): UploadListOptions {
  const { autostart, metadata, prepare, verdicts, multiple, maxFiles } = settings
  return {
    autostart,
    verdicts,
    ...(metadata ? { metadata } : {}),
    ...(prepare ? { prepare } : {}),
    ...(multiple && maxFiles !== undefined ? { maxFiles: Math.max(1, maxFiles - taken) } : {}),
  }
}
