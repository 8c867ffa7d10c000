/**
 * Tells what in a storage's directory is its own, by name and kind. The rest is left where it is, and told about: file
 * managers, editors and people put things into directories, and none of them expects an S3 to choke on or remove them.
 *
 * @module
 */

import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Told about files that are of no use; they are left where they are, and unseen. */
export type Warn = (message: string) => void

export interface OwnEntries {
  readonly kind: 'file' | 'directory'
  readonly isOwn: (name: string) => boolean
}

/** @returns The names of what is the storage's own. */
export function ownEntries(directory: string, { kind, isOwn }: OwnEntries, warn: Warn): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => {
      const own = isOwn(entry.name) && kindOf(entry, directory) === kind
      if (!own) warnOfForeign(join(directory, entry.name), warn)
      return own
    })
    .map((entry) => entry.name)
}

export function warnOfForeign(path: string, warn: Warn): void {
  warn(`${path} is not of this server and left alone`)
}

/** Somebody may have moved a bucket to another disk and put a link in its place. */
function kindOf(entry: Dirent, directory: string): OwnEntries['kind'] | undefined {
  const found = entry.isSymbolicLink()
    ? statSync(join(directory, entry.name), { throwIfNoEntry: false })
    : entry
  if (found?.isDirectory()) return 'directory'
  return found?.isFile() ? 'file' : undefined
}
