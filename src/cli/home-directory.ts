/**
 * The directory of a development server. It holds the objects, and one half of the secret that
 * seals waybills.
 *
 * @module
 */

import { chmod, lstat, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'

/** The directory when `--dir` is not given. */
export const DEFAULT_HOME = '.waybill'

/**
 * Creates the directory if it does not exist. A new one gets a `.gitignore`, because it holds a
 * secret and private files.
 *
 * @returns Its absolute path.
 * @throws {CommandFailure} When it cannot be created.
 */
export async function homeDirectory(dir: string = DEFAULT_HOME): Promise<string> {
  const home = resolve(dir)
  try {
    const made = await mkdir(home, { recursive: true, mode: 0o700 })
    if (made !== undefined) await writeFile(join(home, '.gitignore'), '*\n')
    await closeToOthers(join(home, 's3'))
  } catch (error) {
    throw new CommandFailure(`cannot create the directory ${home}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  return home
}

/**
 * Makes the objects private: an earlier version let other users of the machine read them. A
 * symbolic link is not changed.
 */
async function closeToOthers(objects: string): Promise<void> {
  const found = await lstat(objects).catch(() => undefined)
  if (!found?.isDirectory() || (found.mode & 0o077) === 0) return
  if (found.uid === process.getuid?.()) await chmod(objects, 0o700)
}
