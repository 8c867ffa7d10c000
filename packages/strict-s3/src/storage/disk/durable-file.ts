/**
 * Writes small files, renames files, and makes both durable.
 *
 * Only `fsync`, which waits for the disk, runs in another thread: all other steps for a small file
 * take less time than handing them over.
 *
 * @module
 */

import { closeSync, fsync, openSync, renameSync, writeSync } from 'node:fs'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { OWNER_ONLY } from '@waybill/command-line/own-directory'

/** The most bytes of a small file. Writing them takes some 50 µs, and no request runs meanwhile. */
export const MAX_SMALL_SIZE = 256 * 1024

/**
 * Writes a new file, and resolves when it is on the disk.
 *
 * @throws {Error} `EEXIST`, or another error of the file system; the file may exist then.
 */
export async function writeSmallFile(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = openSync(path, 'wx', OWNER_ONLY.file)
  try {
    for (const chunk of chunks) {
      // A nearly full disk may write only some bytes. Writing the rest succeeds or gives the error.
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    await syncFile(file)
  } finally {
    closeSync(file)
  }
}

/** Resolves when all changes of an open file or directory are on the disk. */
function syncFile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()))
  })
}

const FIRST_WAIT_MS = 10
const LAST_WAIT_MS = 1280

/**
 * Renames a file, also over another one.
 *
 * On Windows, a file cannot be renamed or replaced while another program has it open, as virus
 * scanners and indexers do with each new file for some milliseconds. Then it tries again for up to
 * two and a half seconds.
 *
 * @throws {Error} The error of the file system.
 */
export async function renameFile(from: string, to: string): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    try {
      return renameSync(from, to)
    } catch (error) {
      if (waitMs > LAST_WAIT_MS || !isHeldOpen(error)) throw error
    }
    await setTimeout(waitMs)
  }
}

function isHeldOpen(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPERM' || code === 'EACCES' || code === 'EBUSY'
}

/** Makes renames in one directory durable. One `fsync` serves all calls before its start. */
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
