/**
 * Writes small files. All steps but one take less time than to hand them to another thread, so only
 * `fsync`, which waits for the disk, runs in one.
 *
 * @module
 */

import { closeSync, fsync, openSync, writeSync } from 'node:fs'
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
export function syncFile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()))
  })
}
