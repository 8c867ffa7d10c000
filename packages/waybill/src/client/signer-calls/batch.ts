/**
 * Combines items into one shared call. The call is made when it is full, when no more items are
 * expected, or when the first item has waited for `patienceMs`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

export interface BatchOptions<Item, Answer> {
  /** Must return one answer per item, in the same order. */
  readonly call: (items: readonly Item[]) => Promise<readonly Answer[]>
  /** Maximum number of items in the first call and in each later call. */
  readonly most: readonly [first: number, each: number]
  /** Maximum length of a call's JSON, in characters. */
  readonly maxLength: number
  /** How long the first item waits, given how many others are expected. */
  readonly patienceMs: (expected: number) => number
  readonly wait: Effects['wait']
}

export interface Slot<Item, Answer> {
  readonly take: (item: Item) => Promise<Answer>
  /** Gives up the slot, so that the call does not wait for its item. */
  readonly leave: () => void
}

interface Added<Item, Answer> {
  readonly item: Item
  readonly answer: PromiseWithResolvers<Answer>
}

export class Batch<Item, Answer> {
  #expected = 0
  #length = 0
  #most: number
  #added: Added<Item, Answer>[] = []
  #patience: AbortController | undefined
  readonly #options: BatchOptions<Item, Answer>

  constructor(options: BatchOptions<Item, Answer>) {
    this.#options = options
    this.#most = options.most[0]
  }

  /**
   * Announces an item. Call either `take` or `leave` on every slot. Otherwise, the call is delayed
   * by `patienceMs`.
   */
  reserve(): Slot<Item, Answer> {
    this.#expected += 1
    let held = 1
    const release = () => {
      this.#expected -= held
      held = 0
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
    const { length } = JSON.stringify(item)
    // At the end of an outage, more items may be added in one tick than fit into a call.
    const isFull = this.#added.length >= this.#most
    if (isFull || this.#length + length > this.#options.maxLength) this.#flush()
    const answer = Promise.withResolvers<Answer>()
    this.#length += length
    if (this.#added.push({ item, answer }) === 1) this.#startWaiting()
    // Wait for the end of the tick, because uploads that start together reserve in the same tick.
    queueMicrotask(() => this.#flushIfReady())
    return answer.promise
  }

  #startWaiting(): void {
    this.#patience = new AbortController()
    const { wait, patienceMs } = this.#options
    wait(patienceMs(this.#expected), this.#patience.signal).then(
      () => this.#flush(),
      () => {}, // already flushed
    )
  }

  #flushIfReady(): void {
    if (this.#expected === 0 || this.#added.length >= this.#most) this.#flush()
  }

  #flush(): void {
    const added = this.#added
    if (added.length === 0) return
    this.#patience?.abort()
    this.#added = []
    this.#length = 0
    this.#most = this.#options.most[1]
    this.#options.call(added.map(({ item }) => item)).then(
      (answers) => {
        for (const [index, own] of answers.entries()) added[index]?.answer.resolve(own)
      },
      (error: unknown) => {
        for (const { answer } of added) answer.reject(error)
      },
    )
  }
}
