/**
 * What a page spreads on its own elements so that files come in. No types of React stand here: the
 * listeners take what any version of it gives.
 *
 * @module
 */

import type { ChooseEvent, DropListeners } from '../client/list/intake/file-intake.ts'

/** For `<input {...inputProps} />`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** There once the rule's hints are. */
  readonly accept?: string
  readonly onChange: (event: ChooseEvent) => void
}

/**
 * For the element that takes dropped files; pasted ones too, while it or something in it has the
 * focus.
 */
export interface DropProps extends DropListeners {
  /** There while files are held over the element. */
  readonly 'data-dragging'?: ''
}
