/**
 * One task at a time for each name, in the order of arrival.
 *
 * @module
 */

export class Turns {
  /** The last task of each name that has one under way; never rejects. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `task` when those before it have ended, well or not. */
  async take<T>(name: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const mine = before.then(task)
    const settled = mine.catch(() => {})
    this.#last.set(name, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }

  /** @returns Resolves when the tasks so far have ended; `undefined` where there is none. */
  underWay(name: string): Promise<unknown> | undefined {
    return this.#last.get(name)
  }
}
