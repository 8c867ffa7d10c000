/**
 * Limits how many tasks run at once, and admits waiting tasks in order. Without a limit, adding a
 * thousand files would hash and sign all of them at once, although hashing takes memory and
 * signatures expire.
 *
 * @module
 */

import { abortable } from './effects.ts'

export type Leave = () => void

export class Semaphore {
  #inside = 0
  readonly #waiting = new Set<(leave: Leave) => void>()
  readonly #most: number
  readonly #batch: number

  /**
   * @param batch - Number of tasks to admit together. Files admitted together can share a signer
   *   call.
   */
  constructor(most: number, batch = 1) {
    this.#most = most
    this.#batch = batch
  }

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

  /** Waits for the end of the tick, so that files added in one loop are admitted together. */
  #schedule(): void {
    queueMicrotask(() => {
      while (this.#inside + this.#batch <= this.#most && this.#waiting.size > 0) this.#letIn()
    })
  }

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
