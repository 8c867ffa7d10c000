/**
 * Keeps an upload's record up to date while its parts are stored: one write at a time. When parts
 * are faster than the store, the next write holds all that has changed since.
 *
 * @module
 */

import type { ResumeRecord, ResumeStore } from './resume-record.ts'

/** Writes the record of one upload until it is removed. */
export class RecordWriter {
  #dirty = false
  #isWritten = false
  #removed = false
  #writing: Promise<void> = Promise.resolve()
  #busy = false
  readonly #store: ResumeStore
  readonly #id: string
  readonly #current: () => ResumeRecord

  /** @param current - The record as it should be now. */
  constructor(store: ResumeStore, id: string, current: () => ResumeRecord) {
    this.#store = store
    this.#id = id
    this.#current = current
  }

  /** Something has changed. */
  touch(): void {
    this.#dirty = true
    if (this.#busy) return
    this.#busy = true
    this.#writing = this.#writeAll()
  }

  /** The upload is over: nothing is written any more. */
  async remove(): Promise<void> {
    this.#removed = true
    await this.#writing
    // With a full or forbidden store the upload cannot be resumed, but it goes on.
    await this.#store.remove(this.#id).catch(() => {})
  }

  async #writeAll(): Promise<void> {
    while (this.#dirty && !this.#removed) {
      this.#dirty = false
      await this.#write().catch(() => {})
    }
    this.#busy = false
  }

  async #write(): Promise<void> {
    // Removed by `forgetAll` in another tab: it does not come back.
    if (this.#isWritten && !(await this.#store.read(this.#id))) this.#removed = true
    if (this.#removed) return
    await this.#store.write(this.#current())
    this.#isWritten = true
  }
}
