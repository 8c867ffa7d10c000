/**
 * Makes renames in a directory durable. One `fsync` serves all calls before its start.
 *
 * @module
 */

import { closeSync, openSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { syncFile } from './small-file.ts'

/** Syncs one directory. */
export class DirectorySync {
  readonly #path: string
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Resolves when all earlier changes of the directory are on the disk. */
  sync(): Promise<void> {
    this.#next ??= this.#afterRunning()
    return this.#next
  }

  /** The running sync may have started before our rename. */
  async #afterRunning(): Promise<void> {
    await this.#running.catch(() => {})
    // Renames of the same turn of the event loop share it.
    await setImmediate()
    this.#next = undefined
    this.#running = syncDirectory(this.#path)
    await this.#running
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
