/**
 * Opens the browser's picker for files, for folders or for the camera.
 *
 * One hidden `<input type="file">` serves all: it is set up anew for each opening.
 *
 * @module
 */

import { isLitter } from '../../client/list/intake/litter.ts'

/** What the chosen files are for. */
export type Purpose =
  | { readonly kind: 'add'; readonly from: 'files' | 'folder' | 'camera' }
  | { readonly kind: 'continue'; readonly id: string }

/** What the picker offers. */
export interface PickerOptions {
  readonly multiple: boolean
  /** As the attribute `accept` of an input; empty for any file. */
  readonly accept: string
  /** Which camera: `user`, `environment`, or empty for any. */
  readonly capture: string
}

const FILES: Purpose = { kind: 'add', from: 'files' }

/** The picker of one element. */
export class Picker {
  /** Stands in the element's shadow tree. */
  readonly input: HTMLInputElement
  #purpose: Purpose = FILES

  /** @param onPick - Gets the chosen files, at least one. */
  constructor(onPick: (files: readonly File[], purpose: Purpose) => void) {
    this.input = document.createElement('input')
    this.input.type = 'file'
    this.input.hidden = true
    this.input.addEventListener('change', () => {
      const purpose = this.#purpose
      const isFolder = purpose.kind === 'add' && purpose.from === 'folder'
      const files = [...(this.input.files ?? [])].filter((file) => !(isFolder && isLitter(file)))
      // The same file may be chosen again.
      this.input.value = ''
      this.#purpose = FILES
      if (files.length > 0) onPick(files, purpose)
    })
    this.input.addEventListener('cancel', () => {
      this.#purpose = FILES
    })
  }

  /** Sets the input up for its default state. An open picker is not changed. */
  prepare({ multiple, accept }: Pick<PickerOptions, 'multiple' | 'accept'>): void {
    if (this.#purpose !== FILES) return
    this.input.multiple = multiple
    this.input.accept = accept
    this.input.webkitdirectory = false
    this.input.removeAttribute('capture')
  }

  /** Opens the picker. Browsers allow it in a click, a key press or a paste alone. */
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
