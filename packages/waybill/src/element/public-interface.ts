/**
 * The public interface of `<waybill-upload>`: its properties and attributes. The types are written
 * by hand, so that the published ones do not depend on Lit.
 *
 * @module
 */

import type { PropertyDeclarations } from 'lit'
import type {
  AddOptions,
  FileMetadata,
  UploadItem,
  UploadListOptions,
  UploadTotal,
} from '../client/list/upload-list.ts'
import type { SignerHeaders } from '../client/signer-calls/signer-calls.ts'
import type { TokenOptions } from '../client/signer-calls/token.ts'
import type { Uploader } from '../client/uploader.ts'
import type { WaybillUploadEvents } from './events.ts'
import type { WordKey } from './words/english.ts'
import type { Phrase } from './words/first-words.ts'

/** The camera to use. With an empty string, the device chooses. */
export type Capture = 'user' | 'environment' | ''

/** The `<waybill-upload>` element: a form control whose value is the stored files' receipts. */
export interface WaybillUploadElement extends HTMLElement {
  /** The signer's base URL. A new value empties the element. */
  endpoint: string
  /**
   * Name of the upload rule. Required if the signer has several rules. A new value empties the
   * element.
   */
  rule: string | undefined
  /** An uploader to use instead of the element's own. A new value empties the element. */
  uploader: Uploader | undefined
  /**
   * Headers for calls to the signer, or a function that returns them for each call. Ignored if
   * `uploader` is set.
   */
  headers: SignerHeaders | undefined
  /**
   * A token that your server signed for the user, or a function that returns one. Takes precedence
   * over `tokenUrl`. A new value is used from the next call on. Ignored if `uploader` is set.
   */
  token: TokenOptions['token']
  /** Where your server returns such a token. Ignored if `uploader` is set. */
  tokenUrl: string | undefined
  /** Identifies whose uploads these are, such as by a user id. Ignored if `uploader` is set. */
  scope: string | undefined
  /**
   * Metadata for the rule: one object for all files, or a function that returns it for each file.
   */
  metadata: FileMetadata | undefined
  /** Resizes or converts each file, as in `createUploadList`. */
  prepare: UploadListOptions['prepare'] | undefined
  /** Replaces built-in texts, by key. */
  words: Readonly<Partial<Record<WordKey, Phrase>>> | undefined

  /** Name of the form entries that contain the receipts. */
  name: string
  /** Whether the element accepts several files. Otherwise, a new file replaces the previous one. */
  multiple: boolean
  /** Filters the file picker, as in `<input>`. Defaults to the types that the rule allows. */
  accept: string | undefined
  /** Maximum number of files. Requires `multiple`. */
  maxFiles: number | undefined
  /** Adds a button for taking a photo. */
  capture: Capture | undefined
  /** Adds a button for choosing a folder. */
  directory: boolean
  /** Whether the form requires at least one stored file. */
  required: boolean
  /**
   * While set, users cannot add or change files, and the form does not submit them. Uploads in
   * flight continue.
   */
  disabled: boolean
  /** Whether uploads start as soon as files are added. Otherwise, call `start()`. */
  autostart: boolean
  /**
   * Whether rows show the arrival check's verdict on each stored file. The form does not submit
   * rejected files.
   */
  verdicts: boolean
  /** CSS selector for additional drop and paste targets; `page` means the whole page. */
  dropTarget: string
  /** `grid` shows files as tiles, for photos. Failed files remain rows, which explain why. */
  layout: 'list' | 'grid' | undefined
  /** `avatar` accepts one file and shows it in a circle. */
  shape: 'avatar' | undefined
  /** `compact` makes rows lower and uses less space. */
  density: 'compact' | undefined

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
   * Opens the file picker. Browsers allow this only in response to a user action such as a click.
   */
  choose(): void
  /**
   * Adds files as if the user had chosen them, but without firing `waybill-add`.
   *
   * @returns The files' ids.
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
  /** Aborts an upload. Its row stays visible. */
  abort(id?: string): void
  /**
   * Retries a failed upload. Without `id`, skips files that were refused, because they would be
   * refused again.
   */
  retry(id?: string): void
  /**
   * Removes a file. `undoRemove` can restore it for eight seconds, or until the form is submitted.
   */
  removeFile(id: string): void
  undoRemove(id: string): void
  /**
   * Removes stored files from the element, but not from the bucket. Call this after your script has
   * submitted the form.
   *
   * @param options - Pass the submitted `receipts` to keep files that were stored in the meantime.
   *   By default, all stored files are removed.
   */
  clear(options?: { readonly receipts?: readonly string[] }): void
  /** Removes all files from the element and aborts their uploads. Stored objects are kept. */
  reset(): void
}

/** Any value except `"false"` means `true`, and so does a missing attribute. */
const UNLESS_FALSE = { fromAttribute: (value: string | null) => value !== 'false' }
const TEXT = { fromAttribute: (value: string | null) => value ?? '' }
const OPTIONAL_TEXT = { fromAttribute: (value: string | null) => value ?? undefined }
const LOOK = { converter: OPTIONAL_TEXT, reflect: true }
const OPTIONAL_NUMBER = {
  fromAttribute: (value: string | null) => (value ? Number(value) : undefined),
}

export const PROPERTIES = {
  endpoint: { converter: TEXT },
  rule: { converter: OPTIONAL_TEXT },
  // Reflected because forms find a control by its `name` attribute, and style sheets select
  // elements by `required`.
  name: { converter: TEXT, reflect: true },
  required: { type: Boolean, reflect: true },
  // The element's own accessors reflect it, because a reflection during a render is too late for it.
  disabled: { attribute: false, noAccessor: true },
  multiple: { type: Boolean },
  accept: { converter: OPTIONAL_TEXT },
  maxFiles: { converter: OPTIONAL_NUMBER, attribute: 'max-files' },
  capture: { converter: OPTIONAL_TEXT },
  directory: { type: Boolean },
  autostart: { converter: UNLESS_FALSE },
  verdicts: { type: Boolean },
  dropTarget: { converter: TEXT, attribute: 'drop-target' },
  // Reflected because style sheets select elements by them, those of the element included.
  layout: LOOK,
  shape: LOOK,
  density: LOOK,
  uploader: { attribute: false },
  headers: { attribute: false },
  token: { converter: OPTIONAL_TEXT },
  tokenUrl: { converter: OPTIONAL_TEXT, attribute: 'token-url' },
  scope: { converter: OPTIONAL_TEXT },
  metadata: { attribute: false },
  prepare: { attribute: false },
  words: { attribute: false },
} as const satisfies PropertyDeclarations

/** Initial values. All other properties start as `undefined`. */
export const DEFAULTS = {
  endpoint: '',
  name: '',
  required: false,
  disabled: false,
  multiple: false,
  directory: false,
  autostart: true,
  verdicts: false,
  dropTarget: '',
} as const

/** `Pick` keeps the properties' docstrings, which editors show. */
type Settable = Pick<WaybillUploadElement, keyof typeof PROPERTIES>

export type WaybillUploadProperties = {
  readonly [Name in keyof Settable]?: Settable[Name] | undefined
}

type Listeners = {
  readonly [Name in keyof WaybillUploadEvents as `on${Name}`]?:
    | ((event: WaybillUploadEvents[Name]) => void)
    | undefined
}

/**
 * Properties, attributes and listeners, such as `onwaybill-stored`, to declare the tag for JSX.
 *
 * @example
 * ```ts
 * import type { HTMLAttributes } from 'preact'
 * import type { WaybillUploadAttributes, WaybillUploadElement } from 'waybill/element'
 *
 * declare module 'preact' {
 *   namespace JSX {
 *     interface IntrinsicElements {
 *       'waybill-upload': WaybillUploadAttributes & HTMLAttributes<WaybillUploadElement>
 *     }
 *   }
 * }
 * ```
 */
export interface WaybillUploadAttributes
  extends Omit<WaybillUploadProperties, 'autostart'>,
    Listeners {
  /** With `"false"`, files are uploaded only after a call to `start()`. */
  readonly autostart?: boolean | 'true' | 'false' | undefined
  readonly 'token-url'?: string | undefined
  readonly 'max-files'?: number | string | undefined
  readonly 'drop-target'?: string | undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'waybill-upload': WaybillUploadElement
  }
  interface GlobalEventHandlersEventMap extends WaybillUploadEvents {}
}
