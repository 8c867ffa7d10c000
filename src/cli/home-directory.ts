/**
 * The directory of a development server: its objects, and the secret that seals its waybills.
 *
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises'
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
    const made = await mkdir(home, { recursive: true })
    if (made !== undefined) await writeFile(join(home, '.gitignore'), '*\n')
  } catch (error) {
    throw new CommandFailure(`cannot make the directory ${home}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  return home
}
