/**
 * The development server's directory, which holds the stored objects and one half of the secret
 * that seals waybills.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandFailure, messageOf } from './command-failure.ts'
import { checkUsable, makeDirectory, refuseLink } from './own-directory.ts'

export const DEFAULT_HOME = '.waybill'

/**
 * Creates the directory, and the `s3` directory inside it, if they do not exist. A new directory
 * gets a `.gitignore`, because it will hold a secret and private files.
 *
 * @param name - How the user chose `dir`, if not with `--dir`.
 * @returns The directory's absolute path.
 * @throws {CommandFailure} If one of the directories cannot be created or written, or if the
 *   default directory or the `s3` directory is a symbolic link.
 */
export async function homeDirectory(dir?: string, name = '--dir'): Promise<string> {
  const home = resolve(dir ?? DEFAULT_HOME)
  const s3 = join(home, 's3')
  try {
    // The user may choose a link. A link at the default path may have come with a
    // cloned repository.
    if (dir === undefined) refuseLink(home)
    if (makeDirectory(home) !== undefined) await writeFile(join(home, '.gitignore'), '*\n')
    checkUsable(home)
    refuseLink(s3)
    makeDirectory(s3)
    checkUsable(s3)
  } catch (error) {
    throw new CommandFailure(
      `cannot use the directory ${home}: ${messageOf(error)}. Choose another with ${name}`,
      { cause: error },
    )
  }
  return home
}
