/**
 * Allows one server per directory: each of two would keep its own view of the files.
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OWNER_ONLY } from './disk-paths.ts'

/** Directories that this process uses. */
const mine = new Set<string>()

/**
 * Locks a directory. The lock of a crashed process is taken over.
 *
 * @param path - Path of the lock file.
 * @returns A function that unlocks.
 * @throws {Error} With `code` `ELOCKED` when a running process has the lock.
 */
export function lockDirectory(path: string): () => void {
  const full = resolve(path)
  const holder = readHolder(full)
  const held = mine.has(full) || (holder !== process.pid && holder !== undefined && isAlive(holder))
  if (held) {
    const error = new Error(
      `${dirname(full)} is in use by process ${holder}; only one server may use a directory`,
    )
    throw Object.assign(error, { code: 'ELOCKED' })
  }
  // Removed, not overwritten: in a directory from a repository it may be a link to any other file.
  rmSync(full, { force: true })
  writeFileSync(full, String(process.pid), { mode: OWNER_ONLY.file, flag: 'wx' })
  mine.add(full)
  return () => {
    if (mine.delete(full)) rmSync(full, { force: true })
  }
}

function readHolder(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
