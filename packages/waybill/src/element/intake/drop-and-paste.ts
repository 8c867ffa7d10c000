/**
 * Takes files that are dropped on the element or on a place of the page that it names, and files
 * that are pasted there.
 *
 * @module
 */

import type { ReactiveController } from 'lit'
import { filesOf } from '../../client/list/intake/dropped-files.ts'

/** Where files may be dropped. */
export interface DropHost extends HTMLElement {
  /** A selector of places that take files too; `page` is the whole page, none the element alone. */
  readonly dropTarget: string
}

/** What happens with dropped and pasted files. */
export interface DropOptions {
  readonly isDisabled: () => boolean
  readonly take: (files: readonly File[]) => void
  /** Called with a promise that lasts while files are listed: for folders this may take long. */
  readonly reading: (work: Promise<unknown>) => void
  readonly dragging: (isDragging: boolean) => void
}

/** Listens while the element is in a document. */
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
    // The element itself wins over the wider drop targets of other elements.
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

  /** Whether what happens here is for this element. */
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
      // Already taken by this element or another, or refused.
      if (!event.composedPath().includes(this.#host)) this.#options.dragging(false)
      return
    }
    // Without it the browser opens the file in place of the page.
    event.preventDefault()
    event.dataTransfer.dropEffect = this.#options.isDisabled() ? 'none' : 'copy'
    this.#options.dragging(!this.#options.isDisabled())
  }

  /** No further event comes when a drag leaves the window. */
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

  /** A paste into a text field is left to the field, even with files in it. */
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
