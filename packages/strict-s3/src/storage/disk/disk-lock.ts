/**
 * Allows only one server per directory, because two servers would have different views of the
 * files.
 *
 * The lock is an SQLite lock on an empty file. The operating system holds it until the process
 * ends. A file with the process id would not be enough: two containers that share a volume may both
 * be process 1, and after a crash another program may get the same id.
 *
 * @module
 */

import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { OWNER_ONLY, refuseLink } from '@waybill/command-line/own-directory'
import type { DiskPaths } from './disk-paths.ts'

/** Directories that this process has locked, by device and inode. */
const mine = new Set<string>()

/**
 * If the process crashes, the operating system releases the lock.
 *
 * @returns A function that unlocks the directory.
 * @throws {Error} With `code` `ELOCKED` if a running server holds the lock.
 */
export function lockDirectory({ lock, holder }: Pick<DiskPaths, 'lock' | 'holder'>): () => void {
  refuseLink(lock)
  // Don't compare paths: on macOS and Windows, `Data` and `data` are the same directory.
  const { dev, ino } = statSync(dirname(lock), { bigint: true })
  const directory = `${dev}:${ino}`
  // Closing a lock file releases the whole process's lock, even if the file is still open
  // elsewhere, so check before opening it.
  if (mine.has(directory)) throw inUse(lock, `process ${process.pid}`)
  // SQLite would make the file readable by other users, and its errors don't name the file. The
  // file is truncated because a database that came with a repository could have a journal that
  // makes SQLite remove other files.
  closeSync(openSync(lock, 'w', OWNER_ONLY.file))
  const release = takeLock(lock)
  if (!release) throw inUse(lock, describeHolder(holder))
  try {
    // This file is only for `inUse`'s message. It is removed rather than overwritten, because in a
    // directory that came with a repository it may be a link to any other file.
    rmSync(holder, { force: true })
    writeFileSync(holder, String(process.pid), { mode: OWNER_ONLY.file, flag: 'wx' })
  } catch (error) {
    release()
    throw error
  }
  mine.add(directory)
  return () => {
    if (!mine.delete(directory)) return
    rmSync(holder, { force: true })
    release()
  }
}

/** Does not write to the file. Returns `undefined` if another process has locked it. */
function takeLock(path: string): (() => void) | undefined {
  // Loaded only here, because Node 22 prints a warning that SQLite is experimental, which is
  // irrelevant to other storages.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return () => database.close()
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      return undefined
    }
    throw error
  }
}

/** @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

function inUse(lock: string, who: string): Error {
  const message = `${dirname(lock)} is in use by ${who}; only one server may use a directory`
  return Object.assign(new Error(message), { code: 'ELOCKED' })
}

function describeHolder(path: string): string {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    // Each container has its own process ids.
    return pid === process.pid ? 'a server in another container' : `process ${pid}`
  } catch {
    return 'another server'
  }
}
