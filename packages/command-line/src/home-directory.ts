/**
 * The directory of a development server. It contains the objects, and one half of the secret that
 * seals waybills.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'
import { makeDirectory, refuseLink } from './own-directory.ts'

/** The directory if `--dir` is not given. */
export const DEFAULT_HOME = '.waybill'

/**
 * Creates the directory if it does not exist. Adds a `.gitignore` to a new directory, because it
 * contains a secret and private files.
 *
 * @returns The directory's absolute path.
 * @throws {CommandFailure} If the directory cannot be created, or is reached through a symbolic
 *   link that the user did not choose.
 */
export async function homeDirectory(dir?: string): Promise<string> {
  const home = resolve(dir ?? DEFAULT_HOME)
  try {
    // A directory that the user named may be a link. A link at the default path was not chosen: it
    // may come with a repository.
    if (dir === undefined) refuseLink(home)
    refuseLink(join(home, 's3'))
    if (makeDirectory(home) !== undefined) await writeFile(join(home, '.gitignore'), '*\n')
  } catch (error) {
    throw new CommandFailure(`cannot use the directory ${home}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  return home
}
