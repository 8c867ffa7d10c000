/**
 * An Uppy plugin that uploads with `waybill/client`. Uppy keeps and renders the file list; the
 * plugin keeps an `Upload` for each file id.
 *
 * @module
 */

import { withName } from '../client/file/file-source.ts'
import type { Upload, UploadOptions } from '../client/upload/upload.ts'
import type { Uploader } from '../client/uploader.ts'
import { UploadError } from '../protocol/upload-error.ts'

/** Options for `WaybillUploader`. */
export interface WaybillUploaderOptions extends Pick<UploadOptions, 'rule'> {
  /** The uploader that `createUploader` returned. */
  readonly uploader: Pick<Uploader, 'upload'>
  /**
   * Names of the `meta` fields to send as metadata.
   * @default none
   */
  readonly allowedMetaFields?: readonly string[]
}

interface Begun {
  readonly upload: Upload
  readonly data: Blob
  readonly options: string
}

/**
 * Implements Uppy's `BasePlugin` without extending the class in `@uppy/core`, so that this package
 * does not depend on Uppy. Most methods do nothing because an uploader renders nothing.
 */
class UppyPlugin<Uppy, Options> {
  readonly uppy: Uppy
  opts: Options
  readonly defaultLocale = { strings: {} }
  readonly VERSION: string = ''

  constructor(uppy: Uppy, options: Options) {
    this.uppy = uppy
    this.opts = options
  }

  setOptions(changed: Partial<Options>): void {
    this.opts = { ...this.opts, ...changed }
  }

  i18n(key: string): string {
    return key
  }

  i18nArray(key: string): string[] {
    return [key]
  }

  getPluginState(): Record<string, unknown> {
    return {}
  }

  addTarget(): null {
    return null
  }

  setPluginState(): void {}
  i18nInit(): void {}
  update(): void {}
  afterUpdate(): void {}
}

/**
 * Uploads Uppy's files: `uppy.use(WaybillUploader, { uploader, rule: 'photos' })`.
 *
 * A file's `response.body` is the signer's response to `complete`, including `key` and `receipt`.
 */
export class WaybillUploader<Uppy extends UppyCore> extends UppyPlugin<
  Uppy,
  WaybillUploaderOptions
> {
  readonly id = 'Waybill'
  readonly type = 'uploader'
  readonly #begun = new Map<string, Begun>()

  install(): void {
    this.#setResumable(true)
    this.uppy.addUploader(this.#sendAll)
    this.uppy.on('file-removed', this.#abort)
    this.uppy.on('upload-pause', this.#pauseOne)
    this.uppy.on('pause-all', this.#pauseAll)
    this.uppy.on('resume-all', this.#resumeAll)
  }

  uninstall(): void {
    this.#setResumable(false)
    this.uppy.removeUploader(this.#sendAll)
    this.uppy.off('file-removed', this.#abort)
    this.uppy.off('upload-pause', this.#pauseOne)
    this.uppy.off('pause-all', this.#pauseAll)
    this.uppy.off('resume-all', this.#resumeAll)
    for (const { upload } of this.#begun.values()) upload.abort()
  }

  #setResumable(resumableUploads: boolean): void {
    const { capabilities } = this.uppy.getState()
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads } })
  }

  readonly #abort = ({ id }: UppyFile): void => {
    this.#begun.get(id)?.upload.abort()
    this.#begun.delete(id)
  }

  readonly #pauseOne = (file: UppyFile | undefined, isPaused: boolean): void => {
    const upload = this.#begun.get(file?.id ?? '')?.upload
    if (isPaused) upload?.pause()
    else upload?.resume()
  }

  readonly #pauseAll = (): void => {
    for (const { upload } of this.#begun.values()) upload.pause()
  }

  readonly #resumeAll = (): void => {
    for (const { upload } of this.#begun.values()) upload.resume()
  }

  readonly #sendAll = async (fileIds: readonly string[]): Promise<void> => {
    const files = fileIds
      .flatMap((id) => this.uppy.getFile(id) ?? [])
      .filter(({ error, progress }) => !error && !progress.uploadComplete)
    // For restored files, `upload-start` was already emitted before the reload.
    const fresh = files.filter(({ progress, isRestored }) => !progress.uploadStarted || !isRestored)
    this.uppy.emit('upload-start', fresh)
    await Promise.all(files.map((file) => this.#send(file)))
  }

  async #send(file: UppyFile): Promise<void> {
    const { id } = file
    try {
      const body = await this.#begin(file).done
      this.#begun.delete(id)
      // If the user removes a file while its upload is completing, the upload may still succeed.
      if (this.uppy.getFile(id)) this.uppy.emit('upload-success', file, { status: 200, body })
    } catch (error) {
      if (this.uppy.getFile(id)) this.uppy.emit('upload-error', file, error)
    }
  }

  /** Retries a failed upload. Starts a new one if the file or its options have changed. */
  #begin(file: UppyFile): Upload {
    const { uploader, rule, allowedMetaFields = [] } = this.opts
    const data = bytesOf(file)
    const given = { ...describeFile(file, allowedMetaFields), ...(rule && { rule }) }
    const options = JSON.stringify(given)
    const before = this.#begun.get(file.id)
    if (before?.data === data && before.options === options) {
      before.upload.retry()
      return before.upload
    }
    const upload = uploader.upload(data, given)
    this.#begun.set(file.id, { upload, data, options })
    this.#tell(file, upload)
    return upload
  }

  #tell(file: UppyFile, upload: Upload): void {
    const uploadStarted = Date.now()
    upload.on('progress', ({ sent, total }) => {
      const progress = { uploadStarted, bytesUploaded: sent, bytesTotal: total }
      this.uppy.emit('upload-progress', file, progress)
    })
    upload.on('state', ({ state, previous }) => {
      if (state !== 'waiting' || previous === 'waiting') return
      const message = 'No connection. The upload resumes automatically.'
      this.uppy.emit('upload-stalled', { message }, [file])
    })
  }
}

/** @throws {UploadError} `FILE_UNREADABLE` if the bytes are not on this device. */
function bytesOf({ name, data, isRemote }: UppyFile): Blob {
  if (!isRemote && data instanceof Blob) return data
  const why = isRemote
    ? 'is stored at a remote provider, but only files on this device can be uploaded'
    : 'was restored without its bytes: choose it again'
  throw new UploadError('FILE_UNREADABLE', `${name} ${why}`)
}

/** @param fields - Names of the `meta` fields to send as metadata. */
function describeFile(
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

// The parts of Uppy that the plugin uses are declared here so that this package does not depend on
// Uppy. TypeScript checks them against the installed version at `uppy.use`.

interface UppyFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly meta: { readonly name?: string; readonly [field: string]: unknown }
  /** Missing if the file was restored without its bytes. */
  readonly data?: Blob | { readonly size: number | null } | undefined
  readonly isRemote: boolean
  readonly isRestored?: boolean
  readonly error?: string | null
  readonly progress: { readonly uploadStarted: number | null; readonly uploadComplete?: boolean }
}

interface Capabilities {
  readonly uploadProgress: boolean
  readonly individualCancellation: boolean
  readonly resumableUploads: boolean
}

type FileListener = (file: UppyFile) => void
type PauseListener = (file: UppyFile | undefined, isPaused: boolean) => void

interface UppyCore {
  addUploader(upload: (fileIds: string[]) => Promise<unknown>): void
  removeUploader(upload: (fileIds: string[]) => Promise<unknown>): void
  getFile(fileId: string): UppyFile | undefined
  getState(): { readonly capabilities: Capabilities }
  setState(patch: { readonly capabilities: Capabilities }): void
  on(event: 'file-removed', listener: FileListener): unknown
  on(event: 'upload-pause', listener: PauseListener): unknown
  on(event: 'pause-all' | 'resume-all', listener: () => void): unknown
  off(event: 'file-removed', listener: FileListener): unknown
  off(event: 'upload-pause', listener: PauseListener): unknown
  off(event: 'pause-all' | 'resume-all', listener: () => void): unknown
  emit(event: string, ...args: readonly unknown[]): void
}
