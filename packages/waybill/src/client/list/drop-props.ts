/**
 * Collects files from an input, a drop or the clipboard. The listeners use only event properties
 * that React and browsers have in common, so they work with any framework.
 *
 * @module
 */

import { filesOf, isSystemFile } from './dropped-files.ts'

/** The `change` event of an `<input type="file">`. */
export interface ChooseEvent {
  readonly currentTarget: EventTarget | null
}

/** A `dragenter`, `dragover`, `dragleave` or `drop` event. */
export interface DropEvent {
  readonly dataTransfer: DataTransfer | null
  readonly currentTarget: EventTarget | null
  readonly relatedTarget: EventTarget | null
  preventDefault(): void
}

/** A `paste` event. */
export interface PasteEvent {
  readonly target: EventTarget | null
  readonly clipboardData: DataTransfer | null
  preventDefault(): void
}

export type TakeFiles = (files: Iterable<File>) => unknown

/** Listeners for a drop zone, named as in React. */
export interface DropListeners {
  readonly onDragEnter: (event: DropEvent) => void
  readonly onDragOver: (event: DropEvent) => void
  readonly onDragLeave: (event: DropEvent) => void
  readonly onDrop: (event: DropEvent) => void
  readonly onPaste: (event: PasteEvent) => void
}

/**
 * Passes the chosen files to `take`, without system files such as `.DS_Store`. Clears the input,
 * because choosing the same file again would otherwise fire no event.
 */
export function takeChosen({ currentTarget }: ChooseEvent, take: TakeFiles): void {
  if (!isFileInput(currentTarget)) return
  const { webkitdirectory: isFolder } = currentTarget
  const files = [...(currentTarget.files ?? [])].filter((file) => !(isFolder && isSystemFile(file)))
  currentTarget.value = ''
  take(files)
}

/** `instanceof` would fail for inputs in other windows, which have their own classes. */
function isFileInput(target: EventTarget | null): target is HTMLInputElement {
  return target !== null && 'files' in target
}

/**
 * Creates the listeners for a drop zone. They ignore dragged text and links.
 *
 * @param setDragging - Called with `true` while files are dragged over the zone, then with `false`.
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
    event.preventDefault() // otherwise the browser opens the file instead of the page
    setDragging(true)
  }
  return {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave: ({ currentTarget, relatedTarget }) => {
      // This event also fires when files are dragged from the zone to an element inside it.
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

/** Text fields handle everything that is pasted into them, even files. */
function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type=file]), textarea, [contenteditable]')
  )
}

function isInside(target: EventTarget | null, place: EventTarget | null): boolean {
  return target instanceof Node && place instanceof Node && place.contains(target)
}
