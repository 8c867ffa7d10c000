/**
 * Limits how many tasks of a kind run at once; the others wait in order.
 *
 * Signatures expire soon and files in preparation take memory, so out of a thousand files only the
 * next few are hashed and signed.
 *
 * @module
 */

import { abortable } from './effects.ts'

/** Frees the place. */
export type Leave = () => void

export class Semaphore {
  #inside = 0
  readonly #waiting = new Set<(leave: Leave) => void>()
  readonly #most: number
  readonly #batch: number

  /**
   * @param most - How many may be inside at once.
   * @param batch - How many enter together: as many as one call to the signer takes.
   */
  constructor(most: number, batch = 1) {
    this.#most = most
    this.#batch = batch
  }

  /** @throws The signal's reason, if it fires before there is a place. */
  enter(signal: AbortSignal): Promise<Leave> {
    return abortable(signal, (enter) => {
      this.#waiting.add(enter)
      this.#schedule()
      return () => this.#waiting.delete(enter)
    })
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const leave = await this.enter(signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }

  /** In the next tick, so that files that are added one after another enter together. */
  #schedule(): void {
    queueMicrotask(() => {
      while (this.#inside + this.#batch <= this.#most && this.#waiting.size > 0) this.#letIn()
    })
  }

  /** One batch, or all that wait if there are fewer. */
  #letIn(): void {
    let count = 0
    for (const enter of this.#waiting) {
      if (count >= this.#batch) return
      count += 1
      this.#waiting.delete(enter)
      this.#inside += 1
      let isInside = true
      enter(() => {
        if (isInside) this.#inside -= 1
        isInside = false
        this.#schedule()
      })
    }
  }
}
