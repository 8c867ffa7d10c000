/**
 * Limits how many tasks of a kind run at once. The other tasks wait in order.
 *
 * Signatures expire quickly and files in preparation use memory, so only the next few of a thousand
 * files are hashed and signed.
 *
 * @module
 */

import { abortable } from './effects.ts'

/** Frees the place that a task holds. */
export type Leave = () => void

export class Semaphore {
  #inside = 0
  readonly #waiting = new Set<(leave: Leave) => void>()
  readonly #most: number
  readonly #batch: number

  /**
   * @param most - Maximum number of tasks inside at once.
   * @param batch - Number of tasks that enter together. For uploads, this is the number of files
   *   that one call to the signer accepts.
   */
  constructor(most: number, batch = 1) {
    this.#most = most
    this.#batch = batch
  }

  /** @throws The signal's reason, if the signal fires before a place is free. */
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

  /** Runs at the end of the tick, so that files added one after another enter together. */
  #schedule(): void {
    queueMicrotask(() => {
      while (this.#inside + this.#batch <= this.#most && this.#waiting.size > 0) this.#letIn()
    })
  }

  /** Admits one batch, or all waiting tasks if there are fewer. */
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
