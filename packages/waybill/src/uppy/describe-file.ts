/**
 * Takes from a file of Uppy the bytes to send and the options of its upload.
 *
 * @module
 */

import { withName } from '../client/upload/file-source.ts'
import type { UploadOptions } from '../client/upload/upload-options.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { UppyFile } from './uppy-core.ts'

/**
 * Returns the bytes of a file.
 *
 * @throws {UploadError} `FILE_UNREADABLE` when they are not on this machine.
 */
export function bytesOf({ name, data, isRemote }: UppyFile): Blob {
  if (!isRemote && data instanceof Blob) return data
  const why = isRemote
    ? 'is with a remote provider, and only files of this machine can be sent'
    : 'was restored without its bytes: choose it once more'
  throw new UploadError('FILE_UNREADABLE', `${name} ${why}`)
}

/**
 * Makes the options of an upload.
 *
 * @param fields - Names of the file's `meta` that are sent as metadata.
 */
export function describeFile(
  { name: own, type, meta }: UppyFile,
  fields: readonly string[],
): Pick<UploadOptions, 'name' | 'path' | 'type' | 'metadata'> {
  const present = fields.filter((field) => meta[field] !== undefined)
  // A person can change it in the Dashboard.
  const { name = own, relativePath } = meta
  return {
    name,
    ...(typeof relativePath === 'string'
      ? { path: withName(relativePath.replace(/^\//, ''), own, name) }
      : {}),
    type,
    metadata: Object.fromEntries(present.map((field) => [field, String(meta[field])])),
  }
}
