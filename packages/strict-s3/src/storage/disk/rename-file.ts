/**
 * Gives a file its final name.
 *
 * @module
 */

import { renameSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

const FIRST_WAIT_MS = 10
const LAST_WAIT_MS = 1280

/**
 * Renames a file, also over another one.
 *
 * On Windows no file can be renamed or replaced while another program has it open, as virus scanners and indexers do
 * with each new file for some milliseconds: then it tries again, for two and a half seconds at most.
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
