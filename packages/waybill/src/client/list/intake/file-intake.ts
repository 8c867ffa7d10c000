/**
 * Takes files from an input, a drop or the clipboard into a list, with any framework. The listeners
 * use only what React's events and the browser's have in common.
 *
 * @module
 */

import { filesOf } from './dropped-files.ts'
import { isLitter } from './litter.ts'

/** A `change` of an `<input type="file">`. */
export interface ChooseEvent {
  readonly currentTarget: EventTarget | null
}

/** A `dragenter`, `dragover`, `dragleave` or `drop`. */
export interface DropEvent {
  readonly dataTransfer: DataTransfer | null
  readonly currentTarget: EventTarget | null
  readonly relatedTarget: EventTarget | null
  preventDefault(): void
}

/** A `paste`. */
export interface PasteEvent {
  readonly target: EventTarget | null
  readonly clipboardData: DataTransfer | null
  preventDefault(): void
}

/** Takes the files; its return value is not used. */
export type TakeFiles = (files: Iterable<File>) => unknown

/**
 * The listeners of an element on which files may be dropped. The names are React's; Vue writes the
 * events as the browser does.
 */
export interface DropListeners {
  readonly onDragEnter: (event: DropEvent) => void
  readonly onDragOver: (event: DropEvent) => void
  readonly onDragLeave: (event: DropEvent) => void
  readonly onDrop: (event: DropEvent) => void
  readonly onPaste: (event: PasteEvent) => void
}

/**
 * Takes the chosen files, of a folder without files such as `.DS_Store`, and empties the input:
 * otherwise the browser sends no event when a person chooses the same file again.
 */
export function takeChosen({ currentTarget }: ChooseEvent, take: TakeFiles): void {
  if (!isFileInput(currentTarget)) return
  const { webkitdirectory: isFolder } = currentTarget
  const files = [...(currentTarget.files ?? [])].filter((file) => !(isFolder && isLitter(file)))
  currentTarget.value = ''
  take(files)
}

/** Not by `instanceof`: an input in another window is of another class. */
function isFileInput(target: EventTarget | null): target is HTMLInputElement {
  return target !== null && 'files' in target
}

/**
 * Makes the listeners of a place to drop files. A text or a link that is dragged there is left to
 * the page.
 *
 * @param setDragging - Told whether files are held over the place.
 */
export function dropListeners(
  take: TakeFiles,
  setDragging: (isDragging: boolean) => void,
): DropListeners {
  const takeFrom = (transfer: DataTransfer | null, event: { preventDefault(): void }) => {
    if (!hasFiles(transfer)) return
    event.preventDefault()
    void filesOf(transfer).then(take)
  }
  const over = (event: DropEvent) => {
    if (!hasFiles(event.dataTransfer)) return
    event.preventDefault() // else the browser opens the file in place of the page
    setDragging(true)
  }
  return {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave: ({ currentTarget, relatedTarget }) => {
      // Also fired when files are moved from the place to an element inside it.
      if (!isInside(relatedTarget, currentTarget)) setDragging(false)
    },
    onDrop: (event) => {
      setDragging(false)
      takeFrom(event.dataTransfer, event)
    },
    onPaste: (event) => {
      if (!isTextField(event.target)) takeFrom(event.clipboardData, event)
    },
  }
}

function hasFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes('Files') ?? false
}

/** A text field keeps what is pasted into it, also files. */
function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type=file]), textarea, [contenteditable]')
  )
}

function isInside(target: EventTarget | null, place: EventTarget | null): boolean {
  return target instanceof Node && place instanceof Node && place.contains(target)
}
