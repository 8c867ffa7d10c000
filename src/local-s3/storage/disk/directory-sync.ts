/**
 * Makes renames in a directory durable. One `fsync` serves all calls before its start.
 *
 * @module
 */

import { closeSync, openSync } from 'node:fs'
import { syncFile } from './small-file.ts'

/** Syncs one directory. */
export class DirectorySync {
  readonly #path: string
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Resolves when all earlier changes of the directory are on the disk. */
  sync(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#run()
      return this.#running
    }
    // The running sync may have started before our rename.
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
  // Windows cannot sync directories; the journal of its file system makes renames durable.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    await syncFile(directory)
  } finally {
    closeSync(directory)
  }
}
