/**
 * The secret that seals the development signer's waybills, so that uploads under way survive a restart.
 *
 * It is made of two halves: a seed in the server's directory, and a key in the user's own state directory. The directory
 * usually lies in a repository, and what came with a repository may be known to others: with the seed alone nobody can
 * seal a waybill, nor sign as the development signer does.
 *
 * @module
 */

import { createHmac, randomBytes } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { CommandFailure, messageOf } from '../command-failure.ts'
import { keptRandom } from './kept-random.ts'

export interface SealSecret {
  /** 43 characters. */
  readonly secret: string
  /** What the user should know about it; sentences. */
  readonly notes: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns the secret of a development server, the same whenever this user starts it again in that directory.
 *
 * @param home - The development server's directory.
 * @throws {CommandFailure} When a file that holds a half of it holds something else, or cannot be read.
 */
export async function sealSecret(
  home: string,
  environment: Environment = process.env,
): Promise<SealSecret> {
  const key = await userKey(environment)
  const seed = await readOrFail(join(home, 'seed'))
  const secret = createHmac('sha256', key.text).update(`waybill dev ${seed}`).digest('base64url')
  return { secret, notes: [...key.notes, ...(await oldSecretNote(home))] }
}

/** `$XDG_STATE_HOME/waybill`, by default `~/.local/state/waybill`; on Windows `%LOCALAPPDATA%\waybill`. */
function stateDirectory({ XDG_STATE_HOME = '', LOCALAPPDATA = '' }: Environment): string {
  const chosen = process.platform === 'win32' ? LOCALAPPDATA : XDG_STATE_HOME
  return join(isAbsolute(chosen) ? chosen : join(homedir(), '.local', 'state'), 'waybill')
}

async function userKey(environment: Environment) {
  const directory = stateDirectory(environment)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return { text: await keptRandom(join(directory, 'key')), notes: [] }
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    // No home directory, or one that is read-only, as in some containers.
    const why = `${messageOf(error)}. After a restart uploads under way start again`
    return { text: randomBytes(32).toString('base64url'), notes: [`No key can be kept: ${why}.`] }
  }
}

async function readOrFail(path: string): Promise<string> {
  try {
    return await keptRandom(path)
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause
    throw new CommandFailure(`cannot keep ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** Until now the whole secret lay in the directory. Whether it was made here or came along cannot be told. */
async function oldSecretNote(home: string): Promise<readonly string[]> {
  const path = join(home, 'secret')
  const there = await lstat(path).catch(() => undefined)
  if (!there) return []
  return [
    `${path} is not used any more, as it could have come with a repository. Nothing was removed: objects of before stay, ` +
      'but uploads under way start again, and what was uploaded under it is shown as rejected. Remove the file to end this note.',
  ]
}
