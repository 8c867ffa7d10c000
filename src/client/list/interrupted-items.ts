/**
 * The uploads of a rule that an earlier session did not finish, as a list offers them.
 *
 * @module
 */

import type { InterruptedUpload } from '../resume/interrupted.ts'
import type { InterruptedItem } from './snapshot.ts'

/** Interrupted uploads by the ids that a list has given them. */
export class InterruptedItems<Result> {
  readonly #find: () => Promise<readonly InterruptedUpload<string, Result>[]>
  readonly #uploads = new Map<string, InterruptedUpload<string, Result>>()
  #items: readonly InterruptedItem[] = Object.freeze([])
  #found = 0

  constructor(find: () => Promise<readonly InterruptedUpload<string, Result>[]>) {
    this.#find = find
  }

  get items(): readonly InterruptedItem[] {
    return this.#items
  }

  /** Looks for them anew: what was offered before is offered under another id. */
  async load(): Promise<void> {
    const found = await this.#find()
    this.#uploads.clear()
    const items = found.map((upload) => {
      this.#found += 1
      const id = `interrupted-${this.#found}`
      this.#uploads.set(id, upload)
      const { name, size, type, sent, updatedAt, canReopen } = upload
      return Object.freeze({ id, name, size, type, sent, updatedAt, canReopen })
    })
    this.#items = Object.freeze(items)
  }

  /** Takes one out of what is offered. */
  take(id: string): InterruptedUpload<string, Result> | undefined {
    const upload = this.#uploads.get(id)
    this.#uploads.delete(id)
    this.#items = Object.freeze(this.#items.filter((item) => item.id !== id))
    return upload
  }
}
