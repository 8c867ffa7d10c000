/**
 * An Uppy plugin that uploads with `waybill/client`. Uppy keeps and renders the file list; the
 * plugin keeps an `Upload` for each file id.
 *
 * @module
 */

import type { Upload } from '../client/upload/upload.ts'
import type { UploadOptions } from '../client/upload/upload-options.ts'
import type { Uploader } from '../client/uploader.ts'
import { bytesOf, describeFile } from './describe-file.ts'
import type { UppyCore, UppyFile } from './uppy-core.ts'
import { UppyPlugin } from './uppy-plugin.ts'

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
