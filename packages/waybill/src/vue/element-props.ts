/**
 * Props that a page binds to its own elements with `v-bind`, so that files come in. Vue takes the
 * event's name after `on` as it is written.
 *
 * @module
 */

import { dropListeners, type TakeFiles, takeChosen } from '../client/list/intake/file-intake.ts'

/** For `<input v-bind="inputProps">`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Present once the rule's hints have come. */
  readonly accept?: string
  readonly onChange: (event: Event) => void
}

/**
 * For the element that takes dropped files; pasted ones too, while it or something in it has the
 * focus.
 */
export interface DropProps {
  /** Present while files are dragged over the element. */
  readonly 'data-dragging'?: ''
  readonly onDragenter: (event: DragEvent) => void
  readonly onDragover: (event: DragEvent) => void
  readonly onDragleave: (event: DragEvent) => void
  readonly onDrop: (event: DragEvent) => void
  readonly onPaste: (event: ClipboardEvent) => void
}

/**
 * Makes the props of an input.
 *
 * @param accept - Content types; missing or empty when every file may be chosen.
 */
export function fileInputProps(
  take: TakeFiles,
  multiple: boolean,
  accept: string | undefined,
): FileInputProps {
  return {
    type: 'file',
    multiple,
    ...(accept ? { accept } : {}),
    onChange: (event) => takeChosen(event, take),
  }
}

/**
 * Makes the props of the element that takes dropped files.
 *
 * @param setDragging - Called with whether files are dragged over the element.
 */
export function dropPropsOf(
  take: TakeFiles,
  setDragging: (isDragging: boolean) => void,
): Omit<DropProps, 'data-dragging'> {
  const { onDragEnter, onDragOver, onDragLeave, onDrop, onPaste } = dropListeners(take, setDragging)
  return {
    onDragenter: onDragEnter,
    onDragover: onDragOver,
    onDragleave: onDragLeave,
    onDrop,
    onPaste,
  }
}
