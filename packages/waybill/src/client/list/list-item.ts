import type { CompleteResponse } from '../../protocol/messages.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { VerdictResponse } from '../../protocol/verdict.ts'
import { toUploadError } from '../send/retry.ts'
import type { UploadDescription } from '../upload/engine.ts'
import type { Upload } from '../upload/upload.ts'
import { isFinal, isPausable, type UploadItemState } from '../upload/upload-state.ts'
import type { UploadItem } from './upload-list.ts'

export interface EntryOptions<Result> {
  readonly id: string
  /** Missing for an interrupted upload that reopens its file itself. */
  readonly file: File | undefined
  readonly known: UploadDescription
  readonly path: string | undefined
  /**
   * Checks and prepares the file, then starts its upload.
   *
   * @param signal - Aborted when the item is paused, aborted or released.
   * @param preparing - Call this when `prepare` starts.
   */
  readonly make: (
    signal: AbortSignal,
    preparing: () => void,
  ) => Upload<Result> | Promise<Upload<Result>>
  /** Resolves with the arrival check's verdict. `undefined` if nobody wants to know it. */
  readonly verdictOn: (
    completed: CompleteResponse,
    signal: AbortSignal,
  ) => Promise<VerdictResponse | undefined> | undefined
  /** @param isOver - Whether the upload has just finished or failed. */
  readonly onChange: (isOver: boolean) => void
}

export class ListEntry<Result> {
  readonly #options: EntryOptions<Result>
  readonly #preview: Preview
  #state: UploadItemState = 'ready'
  #error: UploadError | undefined
  #run: AbortController | undefined
  #upload: Upload<Result> | undefined
  #completed: CompleteResponse<Result> | undefined
  #verdict: VerdictResponse | undefined
  #item: UploadItem<Result> | undefined
  #isReleased = false

  constructor(options: EntryOptions<Result>) {
    this.#options = options
    this.#preview = new Preview(options.file)
  }

  get id(): string {
    return this.#options.id
  }

  get state(): UploadItemState {
    const state = this.#upload?.state ?? this.#state
    // The upload's result arrives in the next tick.
    return state === 'done' && !this.#completed ? 'completing' : state
  }

  get upload(): Upload<Result> | undefined {
    return this.#upload
  }

  read(): UploadItem<Result> {
    this.#item ??= this.#describe()
    return this.#item
  }

  start(): void {
    if (this.state === 'ready') this.#begin()
  }

  pause(): void {
    if (this.#upload) this.#upload.pause()
    else if (isPausable(this.#state)) this.#leave('paused')
  }

  resume(): void {
    if (this.#upload) this.#upload.resume()
    else if (this.#state === 'paused') this.#begin()
  }

  abort(): void {
    if (this.#upload) this.#upload.abort()
    else if (!isFinal(this.#state)) this.#leave('aborted')
  }

  retry(): void {
    const { state } = this
    if (state === 'failed' && this.#upload) this.#upload.retry()
    else if (state === 'failed' || state === 'aborted') this.#begin()
  }

  fail(error: unknown): void {
    this.#error = toUploadError(error)
    this.#enter('failed')
  }

  release(): void {
    this.#isReleased = true
    this.#run?.abort()
    this.#preview.revoke()
  }

  #begin(): void {
    // A previous upload was aborted. It is never resumed, and its events are ignored.
    this.#upload = undefined
    this.#run = new AbortController()
    const { signal } = this.#run
    this.#enter('queued')
    const failed = (error: unknown) => {
      if (!signal.aborted) this.fail(error)
    }
    try {
      const made = this.#options.make(signal, () => this.#enter('preparing'))
      if (made instanceof Promise) made.then((upload) => this.#follow(upload, signal), failed)
      else this.#follow(made, signal)
    } catch (error) {
      failed(error)
    }
  }

  #follow(upload: Upload<Result>, signal: AbortSignal): void {
    if (signal.aborted) {
      upload.abort()
      return
    }
    this.#upload = upload
    upload.on('progress', () => this.#changed(false))
    upload.on('state', ({ state }) => {
      if (state === 'done') void this.#take(upload, signal)
      else this.#changed(state === 'failed')
    })
    this.#changed(false)
  }

  async #take(upload: Upload<Result>, signal: AbortSignal): Promise<void> {
    this.#completed = await upload.done
    const verdict = this.#options.verdictOn(this.#completed, signal)
    if (verdict) this.#verdict = { verdict: 'pending' }
    this.#changed(true)
    if (!verdict) return
    this.#verdict = await verdict
    this.#changed(false)
  }

  #leave(state: UploadItemState): void {
    this.#run?.abort()
    this.#enter(state)
  }

  #enter(state: UploadItemState): void {
    this.#state = state
    if (state !== 'failed') this.#error = undefined
    this.#changed(state === 'failed')
  }

  #changed(isOver: boolean): void {
    this.#item = undefined
    if (!this.#isReleased) this.#options.onChange(isOver)
  }

  #describe(): UploadItem<Result> {
    const { state } = this
    const upload = this.#upload
    const { known, path } = this.#options
    const { name, type } = upload ?? known
    // A file handle's size is unknown until the file is opened.
    const size = upload?.size || known.size
    const waiting = upload?.waiting
    const error = upload ? upload.error : this.#error
    const preview = this.#preview
    return Object.freeze({
      id: this.id,
      name,
      ...(path ? { path } : {}),
      size,
      type,
      state,
      progress: upload?.progress ?? { sent: 0, stored: 0, total: size, fraction: 0 },
      ...(waiting ? { waiting } : {}),
      ...(error ? { error } : {}),
      get previewUrl() {
        return preview.url
      },
      ...(this.#completed ? { completed: this.#completed } : {}),
      ...(this.#verdict ? { verdict: this.#verdict } : {}),
      ...(upload ? { upload } : {}),
    })
  }
}

const SHOWN = /^(?:image|video)\/(?!.*(?:xml|svg|html))[\w.+-]+$/

/**
 * Creates local URLs, so that a page can show images and videos before they are sent.
 *
 * A `blob:` URL has the page's origin, so a document opened from it can act as the page. An `<img>`
 * never runs scripts in an SVG, but the same URL could be opened in a tab or a frame. Therefore,
 * only file types that cannot contain scripts get a URL.
 *
 * @see https://w3c.github.io/FileAPI/#url
 */
export class Preview {
  readonly #file: Blob | undefined
  #url: string | undefined
  #isRevoked = false

  constructor(file: Blob | undefined) {
    this.#file = file && SHOWN.test(file.type) ? file : undefined
  }

  /** Created when first read. `undefined` for other file types and after `revoke`. */
  get url(): string | undefined {
    if (!this.#file || this.#isRevoked) return undefined
    this.#url ??= URL.createObjectURL(this.#file)
    return this.#url
  }

  revoke(): void {
    this.#isRevoked = true
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url)
  }
}
