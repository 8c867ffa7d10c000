/**
 * The directory of a development server. It holds the objects, and one half of the secret that
 * seals waybills.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'
import { makeDirectory, refuseLink } from './own-directory.ts'

/** The directory when `--dir` is not given. */
export const DEFAULT_HOME = '.waybill'

/**
 * Creates the directory if it does not exist. A new one gets a `.gitignore`, because it holds a
 * secret and private files.
 *
 * @returns Its absolute path.
 * @throws {CommandFailure} When it cannot be created, or is not the caller's own.
 */
export async function homeDirectory(dir?: string): Promise<string> {
  const home = resolve(dir ?? DEFAULT_HOME)
  try {
    // One that was chosen by name may be a link; a link in a repository was not chosen.
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
