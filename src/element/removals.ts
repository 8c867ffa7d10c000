/**
 * Files that were removed a moment ago: they can be brought back until it is over.
 *
 * @module
 */

/** Long enough to read the row and reach for the button. */
const UNDO_MS = 8_000

/** What was removed and is not gone yet. */
export class Removals {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #commit: (id: string) => void
  readonly #isHeld: () => boolean

  /**
   * @param commit - Removes the file for good.
   * @param isHeld - Whether a person has the pointer or the focus here: nothing goes meanwhile.
   */
  constructor(commit: (id: string) => void, isHeld: () => boolean) {
    this.#commit = commit
    this.#isHeld = isHeld
  }

  has(id: string): boolean {
    return this.#timers.has(id)
  }

  begin(id: string): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.set(
      id,
      setTimeout(() => (this.#isHeld() ? this.begin(id) : this.end(id)), UNDO_MS),
    )
  }

  /** @returns Whether there was something to bring back. */
  undo(id: string): boolean {
    clearTimeout(this.#timers.get(id))
    return this.#timers.delete(id)
  }

  end(id: string): void {
    if (this.undo(id)) this.#commit(id)
  }

  /** Removes all for good, now. */
  endAll(): void {
    for (const id of [...this.#timers.keys()]) this.end(id)
  }

  /** Forgets all; they stay as they are. */
  clear(): void {
    for (const id of [...this.#timers.keys()]) this.undo(id)
  }
}
