/**
 * What the element gives to the code that draws it, and what it lets that code do.
 *
 * The view draws a `ViewModel` and calls `ViewActions`. It keeps no state of uploads and calls no
 * other code: everything shown follows from the model.
 *
 * @module
 */

import type { InterruptedItem, UploadItem, UploadTotal } from '../../client/list/snapshot.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { Speech } from '../words/speech.ts'

/** All that is shown. */
export interface ViewModel {
  /** Files, the oldest first. Those that a form has restored have no `upload` and no preview. */
  readonly items: readonly UploadItem[]
  /** Ids of files that were removed a moment ago: their only action is `undo`. */
  readonly removed: ReadonlySet<string>
  /** Of all files that are not removed. */
  readonly total: UploadTotal
  /** Uploads that a reload or a crash has interrupted, the newest first. */
  readonly interrupted: readonly InterruptedItem[]
  /** The interrupted upload for which another file than its own was chosen. */
  readonly mismatched?: string
  /** What the rule accepts; missing until the signer has told. */
  readonly hints?: RuleHints
  /** The text of the element's `<label>`s. */
  readonly label?: string
  readonly speech: Speech
  readonly dir: 'ltr' | 'rtl'
  readonly multiple: boolean
  /** The most files; missing if any number may be added. */
  readonly maxFiles?: number
  readonly required: boolean
  readonly disabled: boolean
  /** Whether files are sent at once, or wait for `start`. */
  readonly autostart: boolean
  /** A button takes photos with the camera that is named; an empty text is any camera. */
  readonly capture?: string
  /** A button chooses whole folders. */
  readonly directory: boolean
  /** Files are dragged over a place where they may be dropped. */
  readonly isDragging: boolean
  /** Files of a folder are listed, before they are added. */
  readonly isReading: boolean
  /** The page is on its developer's machine or network: rows also show messages for developers. */
  readonly isLocal?: boolean
  /** The time for countdowns to the next try. */
  readonly now: Date
}

/** What a person can do. Without `id`: to all files. */
export interface ViewActions {
  /** Opens the picker of files. Call it from a click. */
  readonly choose: () => void
  readonly chooseFolder: () => void
  readonly capture: () => void
  readonly start: (id?: string) => void
  readonly pause: (id?: string) => void
  readonly resume: (id?: string) => void
  readonly retry: (id?: string) => void
  /** Removes a file from the list; `undo` brings it back for some seconds. */
  readonly remove: (id: string) => void
  readonly undo: (id: string) => void
  /** Goes on with an interrupted upload: opens the picker where its file must be chosen again. */
  readonly chooseForInterrupted: (id: string) => void
  readonly forgetInterrupted: (id: string) => void
}
