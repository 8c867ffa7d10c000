/**
 * Props for a page's own elements, to pass to `v-bind`. Vue writes `onDragenter` where React writes
 * `onDragEnter`.
 *
 * @module
 */

import { dropListeners, type TakeFiles, takeChosen } from '../client/list/intake/file-intake.ts'

/** Props for an input: `<input v-bind="inputProps">`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Set once the rule's hints are known. */
  readonly accept?: string
  readonly onChange: (event: Event) => void
}

/**
 * Props for an element that accepts dropped files, and pasted files while focus is inside it:
 * `<div v-bind="dropProps">`.
 */
export interface DropProps {
  /** Set while files are dragged over the element. */
  readonly 'data-dragging'?: ''
  readonly onDragenter: (event: DragEvent) => void
  readonly onDragover: (event: DragEvent) => void
  readonly onDragleave: (event: DragEvent) => void
  readonly onDrop: (event: DragEvent) => void
  readonly onPaste: (event: ClipboardEvent) => void
}

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
