/**
 * Writes small files and renames files durably.
 *
 * Only `fsync`, which waits for the disk, runs in another thread. For a small file, every other
 * step is faster than handing it to a thread.
 *
 * @module
 */

import { closeSync, fsync, openSync, renameSync, writeSync } from 'node:fs'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { OWNER_ONLY } from '@waybill/command-line/own-directory'

/** In bytes. Writing a small file briefly blocks all requests. */
export const MAX_SMALL_SIZE = 256 * 1024

/**
 * Resolves once the file has been synced to disk.
 *
 * @throws {Error} `EEXIST`, or another file system error. The file may exist afterwards.
 */
export async function writeSmallFile(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = openSync(path, 'wx', OWNER_ONLY.file)
  try {
    for (const chunk of chunks) {
      // If the disk is nearly full, only some bytes may be written. Writing the rest either
      // succeeds or throws the error.
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    await syncFile(file)
  } finally {
    closeSync(file)
  }
}

function syncFile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()))
  })
}

const FIRST_WAIT_MS = 10
const LAST_WAIT_MS = 1280

/**
 * If a file with the new name exists, it is replaced.
 *
 * On Windows, a file cannot be renamed or replaced while another program has it open, and virus
 * scanners and indexers briefly open each new file. In that case, this function retries for up to
 * two and a half seconds.
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

/**
 * Makes renames in one directory durable. A single `fsync` serves all calls made before it starts.
 */
export class DirectorySync {
  readonly #path: string
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(path: string) {
    this.#path = path
  }

  sync(): Promise<void> {
    this.#next ??= this.#afterRunning()
    return this.#next
  }

  /** The running sync may have started before our rename, so wait for it and sync again. */
  async #afterRunning(): Promise<void> {
    await this.#running.catch(() => {})
    // Renames in the same turn of the event loop share one sync.
    await setImmediate()
    this.#next = undefined
    this.#running = syncDirectory(this.#path)
    await this.#running
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot sync directories, but its file system's journal makes renames durable.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    await syncFile(directory)
  } finally {
    closeSync(directory)
  }
}
