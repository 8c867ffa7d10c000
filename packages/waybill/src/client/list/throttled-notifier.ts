/**
 * Notifies a list's listeners at the end of the tick after a user's action, and up to ten times a
 * second while uploads make progress. With thousands of files, it notifies them less often, because
 * each listener goes through all files.
 *
 * @module
 */

import { type Effects, reportError } from '../effects.ts'

const MIN_INTERVAL_MS = 100
/** With 5,000 files, listeners are notified twice a second. */
const INTERVAL_MS_PER_FILE = 0.1

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

  subscribe(listener: () => void): () => void {
    const own = { call: listener }
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  clear(): void {
    this.#listeners.clear()
  }

  changed(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    queueMicrotask(() => this.#notify())
  }

  moved(): void {
    if (this.#isResting) this.#isPending = true
    else this.changed()
  }

  #notify(): void {
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
