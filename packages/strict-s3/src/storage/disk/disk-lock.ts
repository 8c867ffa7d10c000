/**
 * Allows one server per directory: each of two would keep its own view of the files.
 *
 * The operating system holds the lock, an SQLite lock on an empty file, for as long as the process
 * lives. A process id does not do: two containers on one volume are both process 1, and after a
 * crash another program may have the id.
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
 * Locks a directory. The lock of a crashed process is free.
 *
 * @returns A function that unlocks.
 * @throws {Error} With `code` `ELOCKED` when a running server has the lock.
 */
export function lockDirectory({ lock, holder }: Pick<DiskPaths, 'lock' | 'holder'>): () => void {
  refuseLink(lock)
  // By no path: on macOS and Windows `Data` and `data` are one directory.
  const { dev, ino } = statSync(dirname(lock), { bigint: true })
  const directory = `${dev}:${ino}`
  // Closing a lock file, however often it is open, gives up the lock of the whole process.
  if (mine.has(directory)) throw inUse(lock, `process ${process.pid}`)
  // SQLite would make it readable for others, and its errors do not name the file. It is emptied: a
  // database that came with a repository could have a journal, by which SQLite removes other files.
  closeSync(openSync(lock, 'w', OWNER_ONLY.file))
  const release = takeLock(lock)
  if (!release) throw inUse(lock, describeHolder(holder))
  try {
    // Only for the message of `inUse`. Removed, not overwritten: in a directory from a repository
    // it may be a link to any other file.
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

/** Locks the file without writing to it; `undefined` when another process has locked it. */
function takeLock(path: string): (() => void) | undefined {
  // Looked up late: Node 22 warns that SQLite is experimental, which concerns only this storage.
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
    // Each container numbers its own processes.
    return pid === process.pid ? 'a server in another container' : `process ${pid}`
  } catch {
    return 'another server'
  }
}
