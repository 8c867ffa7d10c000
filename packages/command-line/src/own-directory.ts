/**
 * Creates the storage's directories and rejects symbolic links. A cloned repository can contain a
 * link, and the server would then delete files outside its own directories.
 *
 * @module
 */

import { accessSync, constants, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

/** File modes that let only the user who runs the server read the objects. */
export const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const

/**
 * Creates a directory and its missing parents. Does not use `mkdir`'s `recursive` option, because
 * it makes Node hang on a path in `/proc`.
 *
 * @param mode - The mode of new directories.
 * @returns The first directory that was created, or `undefined` if all of them existed.
 */
export function makeDirectory(
  path: string,
  mode: number = OWNER_ONLY.directory,
): string | undefined {
  const missing: string[] = []
  for (let each = resolve(path); !existsSync(each); each = dirname(each)) {
    missing.unshift(each)
    if (each === dirname(each)) break // the drive does not exist
  }
  for (const each of missing) {
    try {
      mkdirSync(each, mode)
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

/**
 * The user's own directory for what Waybill remembers: `$XDG_STATE_HOME/waybill`, by default
 * `~/.local/state/waybill`; on Windows `%LOCALAPPDATA%\waybill`.
 */
export function stateDirectory({
  XDG_STATE_HOME = '',
  LOCALAPPDATA = '',
}: Readonly<Record<string, string | undefined>>): string {
  const chosen = process.platform === 'win32' ? LOCALAPPDATA : XDG_STATE_HOME
  return join(isAbsolute(chosen) ? chosen : join(homedir(), '.local', 'state'), 'waybill')
}

/** @throws {Error} If the path is a file, or the user cannot create files in it. */
export function checkUsable(path: string): void {
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file`)
  accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
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
