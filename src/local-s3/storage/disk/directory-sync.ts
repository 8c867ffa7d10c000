/**
 * Makes renames in a directory durable. One `fsync` serves everybody who asked before it began.
 *
 * @module
 */

import { open } from 'node:fs/promises'

export class DirectorySync {
  readonly #path: string
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Resolves when everything done in the directory before this call is on the disk. */
  sync(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#run()
      return this.#running
    }
    // The one that runs may have begun before our rename.
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        this.#running = this.#run()
        return this.#running
      })
    return this.#next
  }

  async #run(): Promise<void> {
    try {
      await syncDirectory(this.#path)
    } finally {
      this.#running = undefined
    }
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no directory handles to sync, and renames there are durable by the file system's journal.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
