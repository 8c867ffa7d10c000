/**
 * Handles every way in which users provide files: pickers, drops, pastes, and choosing the file of
 * an interrupted upload again.
 *
 * @module
 */

import type { ReactiveControllerHost } from 'lit'
import type { InterruptedItem } from '../../client/list/snapshot.ts'
import { DropAndPaste } from './drop-and-paste.ts'
import { Picker, type Purpose } from './picker.ts'

export interface IntakeHost extends ReactiveControllerHost, HTMLElement {
  readonly dropTarget: string
  readonly multiple: boolean
  readonly capture: string | undefined
}

export interface IntakeOptions {
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
        dragging: (isDragging) => this.#drag(isDragging),
      }),
    )
  }

  get isDragging(): boolean {
    return this.#isDragging
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

  #drag(isDragging: boolean): void {
    if (this.#isDragging === isDragging) return
    this.#isDragging = isDragging
    this.#host.requestUpdate()
  }
}
