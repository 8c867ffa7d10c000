/**
 * The public interface of `<waybill-upload>`. It is written by hand so that the published types do
 * not depend on Lit.
 *
 * @module
 */

import type { AddOptions, FileMetadata, UploadListOptions } from '../client/list/list-options.ts'
import type { UploadItem, UploadTotal } from '../client/list/snapshot.ts'
import type { SignerHeaders } from '../client/signer-calls/signer-calls.ts'
import type { Uploader } from '../client/uploader.ts'
import type { WaybillUploadEvents } from './upload-events.ts'
import type { WordKey } from './words/english.ts'
import type { Phrase } from './words/first-words.ts'

/** The camera to use. With an empty string, the device decides. */
export type Capture = 'user' | 'environment' | ''

/** The `<waybill-upload>` element: a form control whose value is the stored files' receipts. */
export interface WaybillUploadElement extends HTMLElement {
  /** The signer's base URL. Setting a new value empties the element. */
  endpoint: string
  /**
   * Name of the upload rule. Required if the signer has several. A new value empties the element.
   */
  rule: string | undefined
  /** Uploader to use instead of the element's own. Setting a new value empties the element. */
  uploader: Uploader | undefined
  /**
   * Headers for the signer, or a function that returns them on each call. Ignored with `uploader`.
   */
  headers: SignerHeaders | undefined
  /** Whose uploads these are, such as a user's id. Ignored with `uploader`. */
  scope: string | undefined
  /** Metadata for the rule: one object for all files, or a function called with each file. */
  metadata: FileMetadata | undefined
  /** Resizes, converts or encrypts each file, as in `createUploadList`. */
  prepare: UploadListOptions['prepare'] | undefined
  /** Replaces the element's texts, by key. */
  words: Readonly<Partial<Record<WordKey, Phrase>>> | undefined

  /** Name of the form entries that contain the receipts. */
  name: string
  /** Whether several files are accepted. Otherwise, a new file replaces the previous one. */
  multiple: boolean
  /** Filters the file picker, as in `<input>`. Defaults to the types that the rule allows. */
  accept: string | undefined
  /** Maximum number of files. Needs `multiple`. */
  maxFiles: number | undefined
  /** Adds a button that takes a photo. */
  capture: Capture | undefined
  /** Adds a button that chooses a folder. */
  directory: boolean
  /** Whether the form needs at least one stored file. */
  required: boolean
  /**
   * If set, files cannot be added or changed, and forms ignore them. Uploads in flight continue.
   */
  disabled: boolean
  /** Whether files are uploaded as soon as they are added. Otherwise, call `start()`. */
  autostart: boolean
  /** Selector of further drop and paste targets; `page` stands for the whole page. */
  dropTarget: string

  /** The files, oldest first. */
  readonly items: readonly UploadItem[]
  readonly total: UploadTotal
  /** The values that the form submits. */
  readonly receipts: readonly string[]

  readonly form: HTMLFormElement | null
  readonly labels: NodeList
  readonly validity: ValidityState
  readonly validationMessage: string
  readonly willValidate: boolean
  checkValidity(): boolean
  reportValidity(): boolean

  /**
   * Opens the file picker. Browsers allow this only in response to a user action, such as a click.
   */
  choose(): void
  /**
   * Adds files as if the user had chosen them, but without firing `waybill-add`.
   *
   * @returns The ids of the files.
   * @throws {TypeError} If neither `endpoint` nor `uploader` is set.
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /**
   * Starts a file that is waiting because `autostart` is `false`. Without `id`, this method and the
   * next four apply to all files.
   */
  start(id?: string): void
  pause(id?: string): void
  resume(id?: string): void
  /** Aborts an upload. Its row stays. */
  abort(id?: string): void
  /** Restarts a failed upload. */
  retry(id?: string): void
  /**
   * Removes a file. `undoRemove` can restore it for eight seconds, or until the form is submitted.
   */
  removeFile(id: string): void
  undoRemove(id: string): void
  /**
   * Removes stored files from the element, but not from the bucket. Call this when your script has
   * submitted the form.
   *
   * @param options - `receipts` are the receipts that were submitted; files that were completed
   *   since then stay. @default all stored files
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /** Removes all files from the element and aborts their uploads. Stored objects are kept. */
  reset(): void
}

declare global {
  interface HTMLElementTagNameMap {
    'waybill-upload': WaybillUploadElement
  }
  interface GlobalEventHandlersEventMap extends WaybillUploadEvents {}
}
