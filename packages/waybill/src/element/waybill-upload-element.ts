/**
 * `<waybill-upload>` as a page sees it.
 *
 * Written by hand and not taken from the class, so that the types of this package need none of the
 * library that draws it.
 *
 * @module
 */

import type { SignerHeaders } from '../client/calls/signer-calls.ts'
import type { AddOptions, FileMetadata, UploadListOptions } from '../client/list/list-options.ts'
import type { UploadItem, UploadTotal } from '../client/list/snapshot.ts'
import type { Uploader } from '../client/uploader.ts'
import type { WaybillUploadEvents } from './upload-events.ts'
import type { WordKey } from './words/english.ts'
import type { Phrase } from './words/first-words.ts'

/** Which camera takes a photo. */
export type Capture = 'user' | 'environment' | ''

/** The element: a form control whose value is the receipts of what is stored. */
export interface WaybillUploadElement extends HTMLElement {
  /** The signer's base URL, as for `createUploader`. A new value empties the element. */
  endpoint: string
  /** The rule; may be left out if the signer has only one. A new value empties the element. */
  rule: string | undefined
  /** An uploader in place of the element's own. A new value empties the element. */
  uploader: Uploader | undefined
  /** Sent to the signer, where there is no `uploader`; a function is called before each call. */
  headers: SignerHeaders | undefined
  /** Whose uploads these are, where there is no `uploader`. See `createUploader`. */
  scope: string | undefined
  /** Sent to the signer with each file: the same for all, or a function of the file. */
  metadata: FileMetadata | undefined
  /** Makes the file to send: resized, converted, encrypted. See `createUploadList`. */
  prepare: UploadListOptions['prepare'] | undefined
  /** Words in place of the element's own. */
  words: Readonly<Partial<Record<WordKey, Phrase>>> | undefined

  /** The name of the receipts in the form. */
  name: string
  /** Whether there may be several files. Without it, a file takes the place of the one before. */
  multiple: boolean
  /** What the picker offers, as of an input; without it, what the rule allows. */
  accept: string | undefined
  /** The most files of a `multiple` element. */
  maxFiles: number | undefined
  /** Adds a button that takes a photo with this camera. */
  capture: Capture | undefined
  /** Adds a button that chooses a whole folder. */
  directory: boolean
  /** Whether the form may not be sent without a stored file. */
  required: boolean
  /** Whether nothing may be added or changed; uploads under way go on. The form leaves it out. */
  disabled: boolean
  /** Whether files are sent as soon as they are added; else `start()` sends them. */
  autostart: boolean
  /** A selector of places of the page that take dropped files too; `page` is all of it. */
  dropTarget: string

  /** All files, the oldest first. */
  readonly items: readonly UploadItem[]
  readonly total: UploadTotal
  /** What the form submits. */
  readonly receipts: readonly string[]

  readonly form: HTMLFormElement | null
  readonly labels: NodeList
  readonly validity: ValidityState
  readonly validationMessage: string
  readonly willValidate: boolean
  checkValidity(): boolean
  reportValidity(): boolean

  /** Opens the picker. Browsers allow it in a click alone. */
  choose(): void
  /**
   * Adds files, as if they were chosen, without the event `waybill-add`.
   *
   * @returns Their ids.
   * @throws {TypeError} When there is no `endpoint` and no `uploader`.
   */
  add(files: Iterable<File>, options?: AddOptions): readonly string[]
  /** Sends what waits for it. Without `id`, here and below: all files. */
  start(id?: string): void
  pause(id?: string): void
  resume(id?: string): void
  /** Gives uploads up for ever; their rows stay. */
  abort(id?: string): void
  /** Starts failed uploads again. */
  retry(id?: string): void
  /** Removes a file, for some seconds so that `undoRemove` brings it back. */
  removeFile(id: string): void
  undoRemove(id: string): void
  /**
   * Forgets the stored files; their objects stay. Call it after your script has sent the form.
   *
   * @param options - `receipts` are those that were sent: files completed since then stay.
   *   @default all stored files
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /** Forgets all files without deleting what is stored, and aborts what is under way. */
  reset(): void
}

declare global {
  interface HTMLElementTagNameMap {
    'waybill-upload': WaybillUploadElement
  }
  interface GlobalEventHandlersEventMap extends WaybillUploadEvents {}
}
