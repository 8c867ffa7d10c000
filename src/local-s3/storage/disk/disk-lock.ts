/**
 * One server per directory: two would each believe to know what is in it.
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OWNER_ONLY } from './disk-paths.ts'

/** Directories that this very process has open. */
const mine = new Set<string>()

/**
 * @param path - Of the lock file.
 * @returns Unlocks.
 * @throws {Error} With `code` `ELOCKED` when a running process holds it. A lock that a crash has left is taken over.
 */
export function lockDirectory(path: string): () => void {
  const full = resolve(path)
  const holder = readHolder(full)
  const held = mine.has(full) || (holder !== process.pid && holder !== undefined && isAlive(holder))
  if (held) {
    const error = new Error(
      `${dirname(full)} is in use by process ${holder}, and one server has a directory to itself`,
    )
    throw Object.assign(error, { code: 'ELOCKED' })
  }
  writeFileSync(full, String(process.pid), { mode: OWNER_ONLY.file })
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
    // Somebody else's process is there, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
