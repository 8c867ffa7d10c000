/**
 * The contract between the element and its view. The view renders a `ViewModel` and calls
 * `ViewActions`. It keeps no state about uploads itself. The files in it have a view of their own,
 * whose code is loaded later.
 *
 * @module
 */

import type { CSSResult, TemplateResult } from 'lit'
import type { InterruptedItem, UploadItem, UploadTotal } from '../../client/list/upload-list.ts'
import type { RuleHints } from '../../protocol/messages.ts'
import type { Texts } from '../words/texts.ts'
import type { TimesLeft } from './list/time-left.ts'

export interface ViewModel {
  /** Oldest first. Files restored with a form have neither `upload` nor a preview. */
  readonly items: readonly UploadItem[]
  /** Ids of removed files that can still be restored. Only `undo` is possible for them. */
  readonly removed: ReadonlySet<string>
  /** Does not include removed files. */
  readonly total: UploadTotal
  /** Newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** Id of the interrupted upload for which the user chose the wrong file. */
  readonly mismatched?: string
  readonly hints?: RuleHints
  /** Text of the element's `<label>` elements. */
  readonly label?: string
  readonly texts: Texts
  readonly dir: 'ltr' | 'rtl'
  readonly multiple: boolean
  readonly maxFiles?: number
  readonly required: boolean
  readonly disabled: boolean
  readonly autostart: boolean
  /** Whether no form submits the files, so that finished ones can leave the list. */
  readonly canClear: boolean
  /** Shows a button for taking photos with this camera; empty for either camera. */
  readonly capture?: string
  readonly directory: boolean
  readonly isDragging: boolean
  /** Whether the files that are being dragged would be refused because of their type. */
  readonly isUnwanted?: boolean
  readonly isReading: boolean
  /** Whether the page is under development. If so, rows also show messages for developers. */
  readonly isLocal?: boolean
  /** What is wrong with the page, so that no file can be uploaded. */
  readonly mistake?: string
  /** The element's properties of these names. */
  readonly layout?: string | undefined
  readonly shape?: string | undefined
  readonly now: Date
  /** Missing in an avatar, which shows no times. */
  readonly timesLeft?: TimesLeft
}

/** The user's actions. Without `id`, they apply to all files. */
export interface ViewActions {
  /** Opens the file picker. Call this in a click handler. */
  readonly choose: () => void
  readonly chooseFolder: () => void
  readonly capture: () => void
  readonly start: (id?: string) => void
  readonly pause: (id?: string) => void
  readonly resume: (id?: string) => void
  readonly retry: (id?: string) => void
  readonly remove: (id: string) => void
  readonly undo: (id: string) => void
  /** Takes finished files off the list. They stay stored. */
  readonly clear: () => void
  /** Resumes an interrupted upload. Opens the picker if the user must choose the file again. */
  readonly chooseForInterrupted: (id: string) => void
  readonly forgetInterrupted: (id: string) => void
}

/** Renders and announces files: as a list or, with `shape="avatar"`, as a picture. */
export interface FilesView {
  readonly styles: readonly CSSResult[]
  /** Time until the next render, even if no file has changed. */
  readonly renderInMs: number | undefined
  render(model: ViewModel, actions: ViewActions): TemplateResult
  tell(model: ViewModel): void
}

export interface FilesViewEffects {
  /** Announces a text when the screen reader is idle. */
  readonly status: (text: string) => void
  /** Announces a text at once. */
  readonly alert: (text: string) => void
  /** Renders the element again. The promise settles when it has been rendered. */
  readonly render: () => Promise<unknown>
  /** Whether the pointer or the keyboard focus is on a row. */
  readonly isInUse: () => boolean
  /** The id of the row that contains the focus. */
  readonly focusedRow: () => string | undefined
}
