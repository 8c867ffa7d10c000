/**
 * Makes the list of uploads that an element shows, of what its properties say.
 *
 * @module
 */

import type { SignerHeaders } from '../client/calls/signer-calls.ts'
import { createUploadList } from '../client/list/create-upload-list.ts'
import type { UploadListOptions } from '../client/list/list-options.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import { createUploader, type Uploader } from '../client/uploader.ts'

/** Properties of the element that its uploads depend on. They may change at any time. */
export interface ListSettings {
  readonly endpoint: string
  readonly rule: string | undefined
  readonly uploader: Uploader | undefined
  readonly headers: SignerHeaders | undefined
  readonly scope: string | undefined
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly prepare: UploadListOptions['prepare'] | undefined
  readonly autostart: boolean
  readonly multiple: boolean
  readonly maxFiles: number | undefined
}

/**
 * Makes a list. Of `settings` it reads `headers`, `prepare`, `metadata`, `autostart` and the most
 * files when it needs them; whether there is a `prepare` at all is settled now.
 *
 * @param takenElsewhere - How many of the most files are not in the list.
 * @returns `undefined` without a signer to ask.
 */
export function makeList(
  settings: ListSettings,
  takenElsewhere: () => number,
): UploadList | undefined {
  const uploader = settings.uploader ?? makeUploader(settings)
  if (!uploader) return undefined
  const { rule } = settings
  return createUploadList(uploader, {
    ...(rule === undefined ? {} : { rule }),
    ...(settings.prepare ? { prepare: preparing(settings) } : {}),
    get metadata() {
      return settings.metadata ?? {}
    },
    get autostart() {
      return settings.autostart
    },
    get maxFiles() {
      const { multiple, maxFiles = Number.POSITIVE_INFINITY } = settings
      return multiple ? maxFiles - takenElsewhere() : Number.POSITIVE_INFINITY
    },
  })
}

function makeUploader(settings: ListSettings): Uploader | undefined {
  const { endpoint, scope } = settings
  if (endpoint === '') return undefined
  const headers: SignerHeaders = (call) => {
    const { headers: given = {} } = settings
    return typeof given === 'function' ? given(call) : given
  }
  return createUploader({ endpoint, headers, ...(scope === undefined ? {} : { scope }) })
}

function preparing(settings: ListSettings): NonNullable<UploadListOptions['prepare']> {
  return (file, signal) => settings.prepare?.(file, signal) ?? file
}
