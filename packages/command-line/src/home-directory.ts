/**
 * The development server's directory, which holds the stored objects and one half of the secret
 * that seals waybills.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'
import { makeDirectory, refuseLink } from './own-directory.ts'

export const DEFAULT_HOME = '.waybill'

/**
 * Creates the directory if it does not exist. A new directory gets a `.gitignore`, because it will
 * hold a secret and private files.
 *
 * @returns The directory's absolute path.
 * @throws {CommandFailure} If the directory cannot be created, or if the default directory or the
 *   `s3` directory inside it is a symbolic link.
 */
export async function homeDirectory(dir?: string): Promise<string> {
  const home = resolve(dir ?? DEFAULT_HOME)
  try {
    // The user may choose a link with `--dir`. A link at the default path may have come with a
    // cloned repository.
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
