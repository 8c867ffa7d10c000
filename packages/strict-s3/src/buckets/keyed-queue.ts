export class KeyedQueue {
  /** The last unfinished task for each name. These promises never reject. */
  readonly #last = new Map<string, Promise<unknown>>()
  /** The last unfinished task started with `runAlone`. This promise never rejects. */
  #alone: Promise<unknown> | undefined

  /** Runs `task` once all earlier tasks with this name have ended, even if they failed. */
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

  /** Runs `task` after all earlier tasks of any name, and before all later ones. */
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

  /** Resolves once the tasks with this name have ended. Returns `undefined` if there are none. */
  running(name: string): Promise<unknown> | undefined {
    return this.#last.get(name)
  }
}
