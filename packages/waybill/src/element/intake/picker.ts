/**
 * Opens the browser's file picker, folder picker or camera. One hidden `<input type="file">` is
 * reconfigured each time.
 *
 * @module
 */

import { isLitter } from '../../client/list/intake/dropped-files.ts'

/** Why the picker was opened, which decides what happens to the chosen files. */
export type Purpose =
  | { readonly kind: 'add'; readonly from: 'files' | 'folder' | 'camera' }
  | { readonly kind: 'continue'; readonly id: string }

export interface PickerOptions {
  readonly multiple: boolean
  readonly accept: string
  /** `user`, `environment`, or empty for either camera. */
  readonly capture: string
}

const FILES: Purpose = { kind: 'add', from: 'files' }

export class Picker {
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
      const files = [...(this.input.files ?? [])].filter((file) => !(isFolder && isLitter(file)))
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
