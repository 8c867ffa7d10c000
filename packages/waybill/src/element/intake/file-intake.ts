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
