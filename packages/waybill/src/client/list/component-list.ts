/**
 * A React or Vue component's upload list, which lives until the component unmounts for good.
 *
 * React may discard a render before committing it, so rendering must have no side effects. A list
 * that was only created makes no requests and can be garbage-collected.
 *
 * @module
 */

import type { Uploader } from '../uploader.ts'
import { createUploadList } from './create-upload-list.ts'
import type { UploadList, UploadListOptions } from './upload-list.ts'

/** Options for `useUploads`, in addition to the rule. */
export interface UseUploadsOptions<Result = unknown>
  extends Omit<UploadListOptions<string, Result>, 'rule' | 'effects'> {
  /**
   * What happens to uploads in flight when the component unmounts. With `continue`, `onDone` and
   * `onError` are still called.
   * @default 'abort'
   */
  readonly leave?: 'abort' | 'continue'
}

export class ComponentList<Result> {
  readonly rule: string | undefined
  readonly list: UploadList<Result>
  #leave: UseUploadsOptions['leave']
  readonly #hints: UseUploadsOptions['hints']
  #holders = 0

  constructor(uploader: Uploader, rule: string | undefined, options: UseUploadsOptions<Result>) {
    this.rule = rule
    this.#hints = options.hints
    // The rule's name types the result of its uploads.
    this.list = createUploadList(uploader, rule === undefined ? {} : { rule }) as UploadList<Result>
    this.use(options)
  }

  /** Applies the options of a committed render. */
  use(options: UseUploadsOptions<Result>): void {
    const { leave, hints: _, ...others } = options
    this.#leave = leave
    // Keep the first render's hints, because new ones would make React render again.
    this.list.update({ ...others, ...(this.#hints ? { hints: this.#hints } : {}) })
  }

  /**
   * Keeps the list alive for a component.
   *
   * @returns A function that releases the list. If a component holds it again in the same tick, as
   *   after a hot reload, the list is kept.
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
    // While uploads are in flight, the list is still needed to call `onDone`.
    const isIdle = () => uploads !== 'continue' || list.getSnapshot().total.active === 0
    if (isIdle()) list.destroy({ uploads })
    else list.subscribe(() => isIdle() && list.destroy({ uploads }))
  }
}

/**
 * Lets a list without a rule show the interrupted uploads of all rules. Each upload still resumes
 * under its own rule.
 */
export function ofAllRules(uploader: Uploader): Uploader {
  return {
    ...uploader,
    interrupted: async () => {
      const found = await uploader.interrupted()
      return found.map(({ rule: _, ...upload }) => upload)
    },
    // The signer has no rule, or several, so there are no hints to fetch.
    rules: async () => ({}),
  }
}
