/**
 * The storage's directories. They are never reached through a symbolic link: a repository can
 * contain one, and the server removes files by name. The files behind the link would not be its
 * own.
 *
 * @module
 */

import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** File modes that only let the user who runs the server read objects. */
export const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const

/**
 * Creates a directory and its missing parents. Does not use `mkdir` with `recursive`, because in
 * Node it never returns for a path in `/proc`.
 *
 * @returns The first directory that was created, or `undefined` if all of them existed.
 * @throws {Error} The file system's error.
 */
export function makeDirectory(path: string): string | undefined {
  const missing: string[] = []
  for (let each = resolve(path); !existsSync(each); each = dirname(each)) {
    missing.unshift(each)
    if (each === dirname(each)) break // the drive does not exist
  }
  for (const each of missing) {
    try {
      mkdirSync(each, OWNER_ONLY.directory)
    } catch (error) {
      // Another server that is starting at the same time may have created it.
      if (!existsSync(each)) throw error
    }
  }
  return missing[0]
}

/** Creates a directory of the storage. @throws {Error} If the path is a symbolic link. */
export function makeOwnDirectory(path: string): void {
  refuseLink(path)
  makeDirectory(path)
}

/** @throws {Error} With `code` `ELOOP` if the path is a symbolic link. */
export function refuseLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw Object.assign(
    new Error(
      `${path} is a symbolic link, through which the server could change files that are not its own: remove the link, or mount its target there`,
    ),
    { code: 'ELOOP', syscall: 'lstat', path },
  )
}
