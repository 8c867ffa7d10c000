/**
 * The contract between the element and its view.
 *
 * The view renders a `ViewModel` and calls `ViewActions`. It keeps no upload state: everything shown
 * follows from the model.
 *
 * @module
 */

import type { InterruptedItem, UploadItem, UploadTotal } from '../../client/list/snapshot.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { Speech } from '../words/speech.ts'

export interface ViewModel {
  /** Oldest first. Files restored with a form have no `upload` and no preview. */
  readonly items: readonly UploadItem[]
  /** Ids of removed files that can still be restored: their only action is `undo`. */
  readonly removed: ReadonlySet<string>
  /** Without removed files. */
  readonly total: UploadTotal
  /** Newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** Id of the interrupted upload for which the user chose a different file. */
  readonly mismatched?: string
  /** Missing until the signer has responded. */
  readonly hints?: RuleHints
  /** Text of the element's `<label>`s. */
  readonly label?: string
  readonly speech: Speech
  readonly dir: 'ltr' | 'rtl'
  readonly multiple: boolean
  /** Missing if there is no limit. */
  readonly maxFiles?: number
  readonly required: boolean
  readonly disabled: boolean
  readonly autostart: boolean
  /** Shows a button that takes photos with this camera; empty for either. */
  readonly capture?: string
  /** Shows a button that chooses a folder. */
  readonly directory: boolean
  readonly isDragging: boolean
  /** A dropped folder is being listed. */
  readonly isReading: boolean
  /** The page is under development: rows also show messages for developers. */
  readonly isLocal?: boolean
  /** For countdowns to the next retry. */
  readonly now: Date
}

/** The user's actions. Without `id`, they apply to all files. */
export interface ViewActions {
  /** Opens the file picker. Call it in a click. */
  readonly choose: () => void
  readonly chooseFolder: () => void
  readonly capture: () => void
  readonly start: (id?: string) => void
  readonly pause: (id?: string) => void
  readonly resume: (id?: string) => void
  readonly retry: (id?: string) => void
  readonly remove: (id: string) => void
  readonly undo: (id: string) => void
  /** Resumes an interrupted upload. Opens the picker if its file must be chosen again. */
  readonly chooseForInterrupted: (id: string) => void
  readonly forgetInterrupted: (id: string) => void
}
