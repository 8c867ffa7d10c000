/**
 * Accepts files that are dropped on, or pasted into, the element or its `dropTarget`.
 *
 * @module
 */

import type { ReactiveController } from 'lit'
import { filesOf } from '../../client/list/intake/dropped-files.ts'

export interface DropHost extends HTMLElement {
  /** CSS selector for additional drop targets; `page` means the whole page, `''` means none. */
  readonly dropTarget: string
}

export interface DropOptions {
  readonly isDisabled: () => boolean
  readonly take: (files: readonly File[]) => void
  /**
   * Called with a promise that settles once all files are listed, which can take a while for
   * folders.
   */
  readonly reading: (work: Promise<unknown>) => void
  /** @param types - Content types of the dragged files, as far as the browser tells them. */
  readonly dragging: (isDragging: boolean, types?: readonly string[]) => void
}

export class DropAndPaste implements ReactiveController {
  readonly #host: DropHost
  readonly #options: DropOptions
  #listening = new AbortController()

  constructor(host: DropHost, options: DropOptions) {
    this.#host = host
    this.#options = options
  }

  hostConnected(): void {
    this.#listening = new AbortController()
    const options = { signal: this.#listening.signal }
    const page = this.#host.ownerDocument
    // Listens on the element itself too, so that it takes precedence over other elements' wider
    // drop targets.
    for (const place of [this.#host, page]) {
      place.addEventListener('dragover', (event) => this.#over(event), options)
      place.addEventListener('drop', (event) => this.#drop(event), options)
      place.addEventListener('paste', (event) => this.#paste(event), options)
    }
    page.addEventListener('dragleave', (event) => this.#leave(event), options)
    page.addEventListener('dragend', () => this.#options.dragging(false), options)
  }

  hostDisconnected(): void {
    this.#listening.abort()
    this.#options.dragging(false)
  }

  #isMeant(event: Event): boolean {
    if (event.defaultPrevented) return false
    const path = event.composedPath()
    const { dropTarget } = this.#host
    if (path.includes(this.#host) || dropTarget === 'page') return true
    if (dropTarget === '') return false
    return path.some((place) => place instanceof Element && place.matches(dropTarget))
  }

  #over(event: Event): void {
    if (!(event instanceof DragEvent) || !event.dataTransfer?.types.includes('Files')) return
    if (!this.#isMeant(event)) {
      // Another element has handled the event, or its target does not accept files.
      if (!event.composedPath().includes(this.#host)) this.#options.dragging(false)
      return
    }
    // Otherwise, the browser would open the dropped file.
    event.preventDefault()
    event.dataTransfer.dropEffect = this.#options.isDisabled() ? 'none' : 'copy'
    this.#options.dragging(!this.#options.isDisabled(), typesOf(event.dataTransfer))
  }

  /** When a drag leaves the window, this is the last event that the browser fires. */
  #leave(event: DragEvent): void {
    if (event.relatedTarget === null) this.#options.dragging(false)
  }

  #drop(event: Event): void {
    this.#options.dragging(false)
    if (!(event instanceof DragEvent) || !event.dataTransfer?.types.includes('Files')) return
    if (!this.#isMeant(event)) return
    event.preventDefault()
    if (this.#options.isDisabled()) return
    this.#take(event.dataTransfer)
  }

  /** Ignores pastes into text fields, even if they contain files. */
  #paste(event: Event): void {
    if (!(event instanceof ClipboardEvent) || this.#options.isDisabled() || !this.#isMeant(event))
      return
    const [target] = event.composedPath()
    const isField = target instanceof HTMLElement && target.matches('input, textarea')
    if (isField || (target instanceof HTMLElement && target.isContentEditable)) return
    if (!event.clipboardData?.types.includes('Files')) return
    event.preventDefault()
    this.#take(event.clipboardData)
  }

  #take(transfer: DataTransfer): void {
    const taken = filesOf(transfer).then((files) => {
      if (files.length > 0) this.#options.take(files)
    })
    this.#options.reading(taken)
  }
}

/** Safari tells no types before the drop, and Firefox sometimes has a placeholder. */
function typesOf({ items }: DataTransfer): readonly string[] {
  return [...items]
    .filter(({ kind }) => kind === 'file')
    .map(({ type }) => (type === 'application/x-moz-file' ? '' : type))
}
