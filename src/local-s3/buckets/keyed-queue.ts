/**
 * One task at a time for each name, in the order of arrival; and tasks that no other may run beside.
 *
 * @module
 */

export class Turns {
  /** The last task of each name that has one under way; never rejects. */
  readonly #last = new Map<string, Promise<unknown>>()
  /** The last task that runs alone; never rejects. */
  #alone: Promise<unknown> = Promise.resolve()

  /** Runs `task` when those before it have ended, well or not. */
  async take<T>(name: string, task: () => Promise<T>): Promise<T> {
    const before = Promise.all([this.#last.get(name), this.#alone])
    const mine = before.then(task)
    const settled = mine.catch(() => {})
    this.#last.set(name, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }

  /** Runs `task` when all those before it have ended, and those after it, of any name, when it has. */
  alone<T>(task: () => Promise<T>): Promise<T> {
    const mine = Promise.all([...this.#last.values(), this.#alone]).then(task)
    this.#alone = mine.catch(() => {})
    return mine
  }

  /** @returns Resolves when the tasks so far have ended; `undefined` where there is none. */
  underWay(name: string): Promise<unknown> | undefined {
    return this.#last.get(name)
  }
}
