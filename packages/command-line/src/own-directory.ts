/**
 * Creates the storage's directories and rejects symbolic links. A cloned repository can contain a
 * link, and the server would then delete files outside its own directories.
 *
 * @module
 */

import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** File modes that let only the user who runs the server read the objects. */
export const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const

/**
 * Creates a directory and its missing parents. Does not use `mkdir`'s `recursive` option, because
 * it makes Node hang on a path in `/proc`.
 *
 * @returns The first directory that was created, or `undefined` if all of them existed.
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
      // Another server starting at the same time may have created it.
      if (!existsSync(each)) throw error
    }
  }
  return missing[0]
}

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
