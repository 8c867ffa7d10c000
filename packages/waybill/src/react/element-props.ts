/**
 * Props for a page's own elements. They use no React types, so they fit any version of React.
 *
 * @module
 */

import type { ChooseEvent, DropListeners } from '../client/list/intake/file-intake.ts'

/** For `<input {...inputProps} />`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Set once the rule's hints are known. */
  readonly accept?: string
  readonly onChange: (event: ChooseEvent) => void
}

/**
 * For an element that accepts dropped files, and pasted ones while the focus is in it:
 * `<div {...dropProps}>`.
 */
export interface DropProps extends DropListeners {
  /** Set while files are dragged over the element. */
  readonly 'data-dragging'?: ''
}
