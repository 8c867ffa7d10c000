/**
 * Queues tasks by name: one task at a time for each name, in order, and tasks that run alone.
 *
 * @module
 */

export class KeyedQueue {
  /** The last unfinished task of each name; never rejects. */
  readonly #last = new Map<string, Promise<unknown>>()
  /** The last unfinished task that runs alone; never rejects. */
  #alone: Promise<unknown> | undefined

  /** Runs `task` after all earlier tasks of this name, even if they failed. */
  async run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const last = this.#last.get(name)
    const isFree = last === undefined && this.#alone === undefined
    const mine = isFree ? task() : Promise.all([last, this.#alone]).then(task)
    const settled = mine.catch(() => {})
    this.#last.set(name, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }

  /** Runs `task` after all earlier tasks, and before all later ones. */
  runAlone<T>(task: () => Promise<T>): Promise<T> {
    const mine = Promise.all([...this.#last.values(), this.#alone]).then(task)
    const settled = mine
      .catch(() => {})
      .then(() => {
        if (this.#alone === settled) this.#alone = undefined
      })
    this.#alone = settled
    return mine
  }

  /** Resolves when the tasks of this name have ended; `undefined` if there are none. */
  running(name: string): Promise<unknown> | undefined {
    return this.#last.get(name)
  }
}
