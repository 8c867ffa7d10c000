/**
 * Finds the files of the storage in a directory, by name and type. All other files are left
 * unchanged, with a warning: file managers, editors and users put files there, and the server must
 * neither fail nor remove them.
 *
 * @module
 */

import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { refuseLink } from '@waybill/command-line/own-directory'

/** Receives a warning about each file that is ignored. */
export type Warn = (message: string) => void

/** How to recognise the storage's own files. */
export interface OwnEntries {
  readonly kind: 'file' | 'directory'
  readonly isOwn: (name: string) => boolean
}

/**
 * Returns the names of the storage's own files in a directory, and warns of others.
 *
 * @throws {Error} With `code` `ELOOP` when a symbolic link has the name of an own file.
 */
export function ownEntries(directory: string, { kind, isOwn }: OwnEntries, warn: Warn): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => {
      const isNamed = isOwn(entry.name)
      if (isNamed && entry.isSymbolicLink()) refuseLink(join(directory, entry.name))
      const own = isNamed && kindOf(entry) === kind
      if (!own) warnOfForeign(join(directory, entry.name), warn)
      return own
    })
    .map((entry) => entry.name)
}

/** Warns of a file that does not belong to the storage. */
export function warnOfForeign(path: string, warn: Warn): void {
  warn(`${path} does not belong to this server and is ignored`)
}

function kindOf(entry: Dirent): OwnEntries['kind'] | undefined {
  if (entry.isDirectory()) return 'directory'
  return entry.isFile() ? 'file' : undefined
}
