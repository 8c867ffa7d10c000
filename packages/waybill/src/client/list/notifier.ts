/**
 * Tells the listeners of a list that it has changed: in the next tick after a person's action, and
 * at most ten times a second while uploads move; less often in a list of thousands, because each
 * listener looks at all files each time.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { reportError } from '../upload/report-error.ts'

/** As often as `Progress` of one upload changes. */
const MIN_INTERVAL_MS = 100
/** With 5,000 files, listeners are told twice a second. */
const INTERVAL_MS_PER_FILE = 0.1

/** The listeners of one list. */
export class Notifier {
  readonly #wait: Effects['wait']
  readonly #countFiles: () => number
  readonly #listeners = new Set<{ readonly call: () => void }>()
  #isQueued = false
  #isResting = false
  #isPending = false

  constructor(wait: Effects['wait'], countFiles: () => number) {
    this.#wait = wait
    this.#countFiles = countFiles
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  /** @returns A function that takes the listener away again. */
  subscribe(listener: () => void): () => void {
    const own = { call: listener }
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  clear(): void {
    this.#listeners.clear()
  }

  /** Tells all changes of one tick once. */
  changed(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    queueMicrotask(() => this.#tell())
  }

  /** Tells a change that can wait for the next interval. */
  moved(): void {
    if (this.#isResting) this.#isPending = true
    else this.changed()
  }

  #tell(): void {
    this.#isQueued = false
    this.#isPending = false
    this.#rest()
    for (const { call } of [...this.#listeners]) {
      try {
        call()
      } catch (error) {
        reportError(error)
      }
    }
  }

  #rest(): void {
    if (this.#isResting) return
    this.#isResting = true
    const intervalMs = Math.max(MIN_INTERVAL_MS, this.#countFiles() * INTERVAL_MS_PER_FILE)
    this.#wait(intervalMs, new AbortController().signal).then(() => {
      this.#isResting = false
      if (this.#isPending) this.changed()
    })
  }
}
