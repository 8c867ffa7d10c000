/**
 * Handles every way in which users provide files: pickers, drops, pastes, and choosing the file of
 * an interrupted upload again.
 *
 * @module
 */

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { filesOf, isSystemFile } from '../client/list/dropped-files.ts'
import type { InterruptedItem } from '../client/list/upload-list.ts'

interface IntakeHost extends ReactiveControllerHost, HTMLElement {
  /** CSS selector for additional drop targets; `page` means the whole page, `''` means none. */
  readonly dropTarget: string
  readonly multiple: boolean
  readonly capture: string | undefined
}

interface IntakeOptions {
  readonly isDisabled: () => boolean
  readonly accept: () => string
  readonly interrupted: () => readonly InterruptedItem[]
  readonly offer: (files: readonly File[]) => void
  readonly goOn: (id: string, file?: File) => void
}

export class FileIntake {
  readonly #host: IntakeHost
  readonly #options: IntakeOptions
  readonly #picker: Picker
  #isDragging = false
  #isUnwanted = false
  #folders = 0
  #mismatched: string | undefined

  constructor(host: IntakeHost, options: IntakeOptions) {
    this.#host = host
    this.#options = options
    this.#picker = new Picker((files, purpose) => this.#picked(files, purpose))
    host.addController(
      new DropAndPaste(host, {
        isDisabled: options.isDisabled,
        take: options.offer,
        reading: (work) => void this.#read(work),
        dragging: (isDragging, types) => this.#drag(isDragging, types),
      }),
    )
  }

  get isDragging(): boolean {
    return this.#isDragging
  }

  /** Whether none of the dragged files has an accepted type. */
  get isUnwanted(): boolean {
    return this.#isUnwanted
  }

  get isReading(): boolean {
    return this.#folders > 0
  }

  get mismatched(): string | undefined {
    return this.#mismatched
  }

  get input(): HTMLInputElement {
    this.#picker.prepare({ multiple: this.#host.multiple, accept: this.#options.accept() })
    return this.#picker.input
  }

  open(purpose: Purpose): void {
    if (this.#options.isDisabled()) return
    this.#mismatched = undefined
    const { multiple, capture = '' } = this.#host
    this.#picker.open(purpose, { multiple, capture, accept: this.#options.accept() })
  }

  chooseForInterrupted(id: string): void {
    const wanted = this.#interrupted(id)
    if (wanted?.canReopen) this.#options.goOn(id)
    else if (wanted) this.open({ kind: 'continue', id })
  }

  #picked(files: readonly File[], purpose: Purpose): void {
    const [file] = files
    if (purpose.kind === 'add') this.#options.offer(files)
    else if (file) this.#continue(purpose.id, file)
  }

  #continue(id: string, file: File): void {
    const wanted = this.#interrupted(id)
    if (!wanted) return
    const isSame = wanted.name === file.name && wanted.size === file.size
    this.#mismatched = isSame ? undefined : id
    if (isSame) this.#options.goOn(id, file)
    this.#host.requestUpdate()
  }

  #interrupted(id: string): InterruptedItem | undefined {
    return this.#options.interrupted().find((one) => one.id === id)
  }

  async #read(work: Promise<unknown>): Promise<void> {
    this.#folders += 1
    this.#host.requestUpdate()
    await work.finally(() => {
      this.#folders -= 1
      this.#host.requestUpdate()
    })
  }

  #drag(isDragging: boolean, types: readonly string[] = []): void {
    const isUnwanted = isDragging && areUnwanted(types, this.#options.accept())
    if (this.#isDragging === isDragging && this.#isUnwanted === isUnwanted) return
    this.#isDragging = isDragging
    this.#isUnwanted = isUnwanted
    this.#host.requestUpdate()
  }
}

/** A file of unknown type, and every file if `accept` has extensions, may be accepted. */
function areUnwanted(types: readonly string[], accept: string): boolean {
  const accepted = accept.split(',').map((one) => one.trim().toLowerCase())
  const isAccepted = (type: string) =>
    type === '' ||
    accepted.some((one) =>
      one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : !one.includes('/') || one === type,
    )
  return types.length > 0 && !types.some(isAccepted)
}

interface DropOptions {
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

/** Accepts files that are dropped on, or pasted into, the element or its `dropTarget`. */
class DropAndPaste implements ReactiveController {
  readonly #host: IntakeHost
  readonly #options: DropOptions
  #listening = new AbortController()

  constructor(host: IntakeHost, options: DropOptions) {
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

/** Why the picker was opened, which decides what happens to the chosen files. */
type Purpose =
  | { readonly kind: 'add'; readonly from: 'files' | 'folder' | 'camera' }
  | { readonly kind: 'continue'; readonly id: string }

interface PickerOptions {
  readonly multiple: boolean
  readonly accept: string
  /** `user`, `environment`, or empty for either camera. */
  readonly capture: string
}

const FILES: Purpose = { kind: 'add', from: 'files' }

/**
 * Opens the browser's file picker, folder picker or camera. One hidden `<input type="file">` is
 * reconfigured each time.
 */
class Picker {
  /** Must be part of the element's shadow tree. */
  readonly input: HTMLInputElement
  #purpose: Purpose = FILES

  /** @param onPick - Called if the user chose at least one file. */
  constructor(onPick: (files: readonly File[], purpose: Purpose) => void) {
    this.input = document.createElement('input')
    this.input.type = 'file'
    this.input.hidden = true
    this.input.addEventListener('change', () => {
      const purpose = this.#purpose
      const isFolder = purpose.kind === 'add' && purpose.from === 'folder'
      const files = [...(this.input.files ?? [])].filter(
        (file) => !(isFolder && isSystemFile(file)),
      )
      // Otherwise, choosing the same file again would fire no event.
      this.input.value = ''
      this.#purpose = FILES
      if (files.length > 0) onPick(files, purpose)
    })
    this.input.addEventListener('cancel', () => {
      this.#purpose = FILES
    })
  }

  /** Configures the input for choosing files, unless another picker is open. */
  prepare({ multiple, accept }: Pick<PickerOptions, 'multiple' | 'accept'>): void {
    if (this.#purpose !== FILES) return
    this.input.multiple = multiple
    this.input.accept = accept
    this.input.webkitdirectory = false
    this.input.removeAttribute('capture')
  }

  /** Opens the picker. Browsers allow this only in response to a click, key press or paste. */
  open(purpose: Purpose, options: PickerOptions): void {
    const from = purpose.kind === 'add' ? purpose.from : 'files'
    this.#purpose = FILES
    this.prepare({ ...options, multiple: options.multiple && purpose.kind === 'add' })
    this.input.webkitdirectory = from === 'folder'
    if (purpose.kind === 'continue' || from !== 'files') this.#purpose = purpose
    if (from === 'camera') this.input.setAttribute('capture', options.capture)
    this.input.click()
  }
}
