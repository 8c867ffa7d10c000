/**
 * What the directory of a local S3 holds.
 *
 * @module
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** @returns Paths of all files that hold objects, parts or tags, or should not be there; whole or not. */
export async function storedFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter(
      (entry) => entry.isFile() && !['lock', 'lock.sqlite', 'bucket.json'].includes(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}
