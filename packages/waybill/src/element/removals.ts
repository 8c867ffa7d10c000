/**
 * Removed files that can still be restored.
 *
 * @module
 */

/** Long enough to read the row and reach the button. */
const UNDO_MS = 8_000

export class Removals {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #ids: ReadonlySet<string> | undefined
  readonly #commit: (id: string) => void
  readonly #isHeld: () => boolean

  /**
   * @param commit - Removes the file for good.
   * @param isHeld - While it returns `true`, no removal becomes final.
   */
  constructor(commit: (id: string) => void, isHeld: () => boolean) {
    this.#commit = commit
    this.#isHeld = isHeld
  }

  /** Stays the same object until a removal begins or ends. */
  get ids(): ReadonlySet<string> {
    this.#ids ??= new Set(this.#timers.keys())
    return this.#ids
  }

  begin(id: string): void {
    clearTimeout(this.#timers.get(id))
    this.#ids = undefined
    this.#timers.set(
      id,
      setTimeout(() => (this.#isHeld() ? this.begin(id) : this.end(id)), UNDO_MS),
    )
  }

  undo(id: string): boolean {
    clearTimeout(this.#timers.get(id))
    this.#ids = undefined
    return this.#timers.delete(id)
  }

  end(id: string): void {
    if (this.undo(id)) this.#commit(id)
  }

  endAll(): void {
    for (const id of [...this.#timers.keys()]) this.end(id)
  }

  clear(): void {
    for (const id of [...this.#timers.keys()]) this.undo(id)
  }
}
