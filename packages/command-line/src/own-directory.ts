/**
 * Directories of the storage: made step by step, and never reached through a symbolic link.
 *
 * A repository can contain a link, and the server removes files by name: behind a link those would
 * be somebody else's.
 *
 * @module
 */

import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** File modes: only the user who runs the server can read objects. */
export const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const

/**
 * Makes a directory and its missing parents. Not by `mkdir` with `recursive`:
 * Node's never returns in `/proc`, where a directory is missing although its parent is there.
 *
 * @returns The first directory that was made; `undefined` when all were there.
 * @throws {Error} The error of the file system.
 */
export function makeDirectory(path: string): string | undefined {
  const missing: string[] = []
  for (let each = resolve(path); !existsSync(each); each = dirname(each)) {
    missing.unshift(each)
    if (each === dirname(each)) break // a drive that is not there
  }
  for (const each of missing) {
    try {
      mkdirSync(each, OWNER_ONLY.directory)
    } catch (error) {
      // Another server that starts at the same time may have made it.
      if (!existsSync(each)) throw error
    }
  }
  return missing[0]
}

/** Makes a directory of the storage. @throws {Error} When a symbolic link has its name. */
export function makeOwnDirectory(path: string): void {
  refuseLink(path)
  makeDirectory(path)
}

/** @throws {Error} With `code` `ELOOP` when the path is a symbolic link. */
export function refuseLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw Object.assign(
    new Error(
      `${path} is a symbolic link, through which the server could change files that are not its own: remove the link, or mount its target there`,
    ),
    { code: 'ELOOP', syscall: 'lstat', path },
  )
}
