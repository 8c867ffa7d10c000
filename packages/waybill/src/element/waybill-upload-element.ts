/**
 * The public interface of `<waybill-upload>`. Written by hand, so that the published types do not
 * depend on Lit.
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

/** The camera to use; empty for either. */
export type Capture = 'user' | 'environment' | ''

/** A form control whose value is the receipts of the stored files. */
export interface WaybillUploadElement extends HTMLElement {
  /** The signer's base URL. A new value empties the element. */
  endpoint: string
  /** Required if the signer has several rules. A new value empties the element. */
  rule: string | undefined
  /** Uploads the files, instead of an uploader of the element. A new value empties the element. */
  uploader: Uploader | undefined
  /** Headers for the signer, or a function called before each call. Ignored with `uploader`. */
  headers: SignerHeaders | undefined
  /** Whose uploads these are, as for `createUploader`. Ignored with `uploader`. */
  scope: string | undefined
  /** Sent to the rule with each file: one object for all, or a function of the file. */
  metadata: FileMetadata | undefined
  /** Resizes, converts or encrypts each file, as for `createUploadList`. */
  prepare: UploadListOptions['prepare'] | undefined
  /** Replaces texts of the element, by key. */
  words: Readonly<Partial<Record<WordKey, Phrase>>> | undefined

  /** Name of the form entries that hold the receipts. */
  name: string
  /** Accepts several files. Otherwise, a new file replaces the previous one. */
  multiple: boolean
  /** Filters the file picker, as for `<input>`. Defaults to what the rule allows. */
  accept: string | undefined
  /** Maximum number of files, with `multiple`. */
  maxFiles: number | undefined
  /** Adds a button that takes a photo. */
  capture: Capture | undefined
  /** Adds a button that chooses a folder. */
  directory: boolean
  /** The form needs at least one stored file. */
  required: boolean
  /** Nothing can be added or changed, and the form skips it. Uploads in flight continue. */
  disabled: boolean
  /** Uploads files as soon as they are added; otherwise `start()` does. */
  autostart: boolean
  /** Selector of more places that accept dropped and pasted files; `page` is the whole page. */
  dropTarget: string

  /** Oldest first. */
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

  /** Opens the file picker. Browsers allow it only in a click. */
  choose(): void
  /**
   * Adds files, as if the user chose them, but fires no `waybill-add`.
   *
   * @returns Their ids.
   * @throws {TypeError} Without `endpoint` and `uploader`.
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Starts files that wait (`autostart`). This and the next methods apply to all without `id`. */
  start(id?: string): void
  pause(id?: string): void
  resume(id?: string): void
  /** Aborts uploads. Their rows stay. */
  abort(id?: string): void
  /** Restarts failed uploads. */
  retry(id?: string): void
  /** Removes a file. For eight seconds, `undoRemove` restores it. */
  removeFile(id: string): void
  undoRemove(id: string): void
  /**
   * Removes stored files from the element, not from the bucket. Call it when your script has
   * submitted the form.
   *
   * @param options - `receipts`: those that were submitted, so that files completed since then
   *   stay. @default all stored files
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /** Removes all files from the element and aborts uploads. Stored objects stay. */
  reset(): void
}

declare global {
  interface HTMLElementTagNameMap {
    'waybill-upload': WaybillUploadElement
  }
  interface GlobalEventHandlersEventMap extends WaybillUploadEvents {}
}
