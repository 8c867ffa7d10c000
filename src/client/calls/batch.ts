/**
 * Collects items for one call that many can share. Flushes when full, when no announced item is
 * outstanding, or when the first item has waited for `patienceMs`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** What is called with a batch, and when. */
export interface BatchOptions<Item, Answer> {
  /** Makes the call; its answers have the order of the items. */
  readonly call: (items: readonly Item[]) => Promise<readonly Answer[]>
  /** Items in one call. */
  readonly maxItems: number
  /** Characters of JSON in one call. */
  readonly maxLength: number
  /** How long the first item may wait, given how many others are expected. */
  readonly patienceMs: (expected: number) => number
  readonly wait: Effects['wait']
}

/** A place for an item that was announced. */
export interface Slot<Item, Answer> {
  /** Adds the item; resolves with its answer. */
  readonly take: (item: Item) => Promise<Answer>
  /** The item does not come. */
  readonly leave: () => void
}

interface Added<Item, Answer> {
  readonly item: Item
  readonly length: number
  readonly answer: PromiseWithResolvers<Answer>
}

/** Collects items and calls once for all of them. */
export class Batch<Item, Answer> {
  #expected = 0
  #length = 0
  #added: Added<Item, Answer>[] = []
  #patience = new AbortController()
  readonly #options: BatchOptions<Item, Answer>

  constructor(options: BatchOptions<Item, Answer>) {
    this.#options = options
  }

  /** Announces an item. Every slot must be taken or left. */
  reserve(): Slot<Item, Answer> {
    this.#expected += 1
    let held = true
    const release = () => {
      if (held) this.#expected -= 1
      held = false
    }
    return {
      take: (item) => {
        release()
        return this.#add(item)
      },
      leave: () => {
        release()
        this.#flushIfReady()
      },
    }
  }

  #add(item: Item): Promise<Answer> {
    const length = JSON.stringify(item).length
    if (this.#length + length > this.#options.maxLength) this.#flush()
    const answer = Promise.withResolvers<Answer>()
    this.#added.push({ item, length, answer })
    this.#length += length
    if (this.#added.length === 1) this.#startWaiting()
    // Uploads that begin together reserve in the same tick: the batch must not be flushed before.
    queueMicrotask(() => this.#flushIfReady())
    return answer.promise
  }

  #startWaiting(): void {
    this.#patience = new AbortController()
    const ms = this.#options.patienceMs(this.#expected)
    this.#options.wait(ms, this.#patience.signal).then(
      () => this.#flush(),
      () => {}, // flushed before
    )
  }

  #flushIfReady(): void {
    if (this.#expected === 0 || this.#added.length >= this.#options.maxItems) this.#flush()
  }

  #flush(): void {
    const added = this.#added
    if (added.length === 0) return
    this.#patience.abort()
    this.#added = []
    this.#length = 0
    this.#options.call(added.map(({ item }) => item)).then(
      (answers) => {
        added.forEach(({ answer }, index) => {
          const own = answers[index]
          if (own === undefined) answer.reject(new RangeError('the call answered too few'))
          else answer.resolve(own)
        })
      },
      (error: unknown) => {
        for (const { answer } of added) answer.reject(error)
      },
    )
  }
}
