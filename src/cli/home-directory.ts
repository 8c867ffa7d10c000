/**
 * The directory of a development server: its objects, and one half of the secret that seals its waybills.
 *
 * @module
 */

import { chmod, lstat, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'

export const DEFAULT_HOME = '.waybill'

/**
 * Makes the directory if it is not there. One that we make holds a secret and somebody's files, so it stays out of
 * their repository.
 *
 * @returns Its absolute path.
 * @throws {CommandFailure} When it cannot be made.
 */
export async function homeDirectory(dir: string = DEFAULT_HOME): Promise<string> {
  const home = resolve(dir)
  try {
    const made = await mkdir(home, { recursive: true, mode: 0o700 })
    if (made !== undefined) await writeFile(join(home, '.gitignore'), '*\n')
    await closeToOthers(join(home, 's3'))
  } catch (error) {
    throw new CommandFailure(`cannot make the directory ${home}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  return home
}

/** Objects that an earlier version keeps could be read by other users of the machine. A link is left to its owner. */
async function closeToOthers(objects: string): Promise<void> {
  const found = await lstat(objects).catch(() => undefined)
  if (!found?.isDirectory() || (found.mode & 0o077) === 0) return
  if (found.uid === process.getuid?.()) await chmod(objects, 0o700)
}
