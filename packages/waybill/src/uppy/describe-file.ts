import { withName } from '../client/file/file-source.ts'
import type { UploadOptions } from '../client/upload/upload-options.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { UppyFile } from './uppy-core.ts'

/** @throws {UploadError} `FILE_UNREADABLE` if the bytes are not on this device. */
export function bytesOf({ name, data, isRemote }: UppyFile): Blob {
  if (!isRemote && data instanceof Blob) return data
  const why = isRemote
    ? 'is stored at a remote provider, but only files on this device can be uploaded'
    : 'was restored without its bytes: choose it again'
  throw new UploadError('FILE_UNREADABLE', `${name} ${why}`)
}

/** @param fields - Names of the `meta` fields to send as metadata. */
export function describeFile(
  { name: own, type, meta }: UppyFile,
  fields: readonly string[],
): Pick<UploadOptions, 'name' | 'path' | 'type' | 'metadata'> {
  const present = fields.filter((field) => meta[field] !== undefined)
  // Users can rename a file in Uppy's Dashboard. The new name is in `meta`.
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
