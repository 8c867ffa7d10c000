/**
 * Finds the files of the storage in a directory, by name and type. All other files are left
 * unchanged, with a warning: file managers, editors and users put files there, and the server must
 * neither fail nor remove them.
 *
 * @module
 */

import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Receives a warning about each file that is ignored. */
export type Warn = (message: string) => void

/** How to recognise the storage's own files. */
export interface OwnEntries {
  readonly kind: 'file' | 'directory'
  readonly isOwn: (name: string) => boolean
}

/** Returns the names of the storage's own files in a directory, and warns of others. */
export function ownEntries(directory: string, { kind, isOwn }: OwnEntries, warn: Warn): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => {
      const own = isOwn(entry.name) && kindOf(entry, directory) === kind
      if (!own) warnOfForeign(join(directory, entry.name), warn)
      return own
    })
    .map((entry) => entry.name)
}

/** Warns of a file that does not belong to the storage. */
export function warnOfForeign(path: string, warn: Warn): void {
  warn(`${path} does not belong to this server and is ignored`)
}

/**
 * Returns the type of an entry. A symbolic link counts as its target: a bucket may be on another
 * disk.
 */
function kindOf(entry: Dirent, directory: string): OwnEntries['kind'] | undefined {
  const found = entry.isSymbolicLink()
    ? statSync(join(directory, entry.name), { throwIfNoEntry: false })
    : entry
  if (found?.isDirectory()) return 'directory'
  return found?.isFile() ? 'file' : undefined
}
