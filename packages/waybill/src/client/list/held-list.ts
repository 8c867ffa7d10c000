/**
 * The list of uploads that a component of React or Vue holds until it is gone for good.
 *
 * React may discard a render before it is shown, so a render has no effects: a list that was only
 * made sends no request, and is garbage with the render.
 *
 * @module
 */

import type { Uploader } from '../uploader.ts'
import { createUploadList } from './create-upload-list.ts'
import type { UploadListOptions } from './list-options.ts'
import type { UploadList } from './upload-list.ts'

/** Options of `useUploads`, besides the rule. */
export interface UseUploadsOptions<Result = unknown>
  extends Omit<UploadListOptions<string, Result>, 'rule' | 'effects'> {
  /**
   * What becomes of uploads that are under way when the component goes: they are aborted, or they
   * go on without it, and `onDone` and `onError` are still called.
   * @default 'abort'
   */
  readonly leave?: 'abort' | 'continue'
}

/** A list, and how long it is wanted. */
export class HeldList<Result> {
  readonly rule: string | undefined
  readonly list: UploadList<Result>
  #leave: UseUploadsOptions['leave']
  readonly #hints: UseUploadsOptions['hints']
  #holders = 0

  constructor(uploader: Uploader, rule: string | undefined, options: UseUploadsOptions<Result>) {
    this.rule = rule
    this.#hints = options.hints
    // The hooks know by the rule's name what its uploads answer.
    this.list = createUploadList(uploader, rule === undefined ? {} : { rule }) as UploadList<Result>
    this.use(options)
  }

  /** Takes the options of a render that is shown. */
  use(options: UseUploadsOptions<Result>): void {
    const { leave, hints: _, ...others } = options
    this.#leave = leave
    // New hints would make the list notify and render again, so those of the first render stay.
    this.list.update({ ...others, ...(this.#hints ? { hints: this.#hints } : {}) })
  }

  /**
   * Keeps the list for a component.
   *
   * @returns A function that lets the list go. A component that holds it again in the same tick, as
   *   after a refresh of the code, keeps it.
   */
  hold(): () => void {
    this.#holders += 1
    return () => {
      this.#holders -= 1
      queueMicrotask(() => {
        if (this.#holders === 0) this.#letGo()
      })
    }
  }

  #letGo(): void {
    const { list } = this
    const uploads = this.#leave
    // While it is not idle, it is what calls `onDone`.
    const isIdle = () => uploads !== 'continue' || list.getSnapshot().total.active === 0
    if (isIdle()) list.destroy({ uploads })
    else list.subscribe(() => isIdle() && list.destroy({ uploads }))
  }
}
