/**
 * What a page binds to its own elements with `v-bind`, so that files come in. After `on`, Vue takes
 * the names of events as they are written.
 *
 * @module
 */

import { dropListeners, type TakeFiles, takeChosen } from '../client/list/intake/file-intake.ts'

/** For `<input v-bind="inputProps">`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** There once the rule's hints are. */
  readonly accept?: string
  readonly onChange: (event: Event) => void
}

/**
 * For the element that takes dropped files; pasted ones too, while it or something in it has the
 * focus.
 */
export interface DropProps {
  /** There while files are held over the element. */
  readonly 'data-dragging'?: ''
  readonly onDragenter: (event: DragEvent) => void
  readonly onDragover: (event: DragEvent) => void
  readonly onDragleave: (event: DragEvent) => void
  readonly onDrop: (event: DragEvent) => void
  readonly onPaste: (event: ClipboardEvent) => void
}

/** @param accept - Content types; missing or empty where every file may be chosen. */
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

/** @param setDragging - Told whether files are held over the element. */
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
