/**
 * Writes small files and renames files. All of it is synchronous, because for a small file every
 * step is faster than handing it to another thread.
 *
 * @module
 */

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { OWNER_ONLY } from '@waybill/command-line/own-directory'

/** In bytes. Writing a small file briefly blocks all requests. */
export const MAX_SMALL_SIZE = 256 * 1024

/**
 * @param flush - Whether the file must survive a power failure too.
 * @throws {Error} `EEXIST`, or another file system error. The file may exist afterwards.
 */
export function writeSmallFile(
  path: string,
  chunks: Iterable<Uint8Array>,
  { flush = false } = {},
): void {
  const file = openSync(path, 'wx', OWNER_ONLY.file)
  try {
    for (const chunk of chunks) {
      // If the disk is nearly full, only some bytes may be written. Writing the rest either
      // succeeds or throws the error.
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    if (flush) fsyncSync(file)
  } finally {
    closeSync(file)
  }
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
