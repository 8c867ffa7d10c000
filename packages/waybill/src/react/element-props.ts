/**
 * Props for a page's own elements. They use no React types, so they work with any React version.
 *
 * @module
 */

import type { ChooseEvent, DropListeners } from '../client/list/intake/file-intake.ts'

/** Props for an input: `<input {...inputProps} />`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Set once the rule's hints are known. */
  readonly accept?: string
  readonly onChange: (event: ChooseEvent) => void
}

/**
 * Props for an element that accepts dropped files, and pasted files while focus is inside it:
 * `<div {...dropProps}>`.
 */
export interface DropProps extends DropListeners {
  /** Set while files are dragged over the element. */
  readonly 'data-dragging'?: ''
}
