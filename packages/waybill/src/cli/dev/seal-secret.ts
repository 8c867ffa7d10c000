/**
 * The secret that seals the waybills of the development signer. It is kept, so that unfinished
 * uploads survive a restart.
 *
 * It is made from two halves: a seed in the server's directory, and a key in the user's state
 * directory. The server's directory is usually inside a repository, so others may know the seed.
 * The seed alone is not enough to seal a waybill or to sign as the development signer.
 *
 * @module
 */

import { createHmac, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import type { LocalCredentials } from 'strict-s3'
import { keptRandom } from './kept-random.ts'

/** The secret of a development server. */
export interface SealSecret {
  /** 43 characters. */
  readonly secret: string
  /** Sentences for the user about this secret. */
  readonly notes: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns the secret of a development server. It stays the same for the same user and directory.
 *
 * @param home - The development server's directory.
 * @throws {CommandFailure} When the file of a half is not valid or cannot be read.
 */
export async function sealSecret(
  home: string,
  environment: Environment = process.env,
): Promise<SealSecret> {
  const key = await userKey(environment)
  const seed = await readOrFail(join(home, 'seed'))
  const secret = createHmac('sha256', key.text).update(`waybill dev ${seed}`).digest('base64url')
  return { secret, notes: key.notes }
}

/**
 * Makes the secret key pair of the development signer. Requests signed with it are accepted from
 * any page. The pair of `strict-s3` is public, so a foreign page could sign anything with it.
 *
 * @param secret - As `sealSecret` returns it.
 */
export function signerCredentials(secret: string): LocalCredentials {
  const secretAccessKey = createHmac('sha256', secret).update('local S3').digest('base64url')
  return { accessKeyId: 'waybill-signer', secretAccessKey, pagesFrom: ['*'] }
}

/**
 * `$XDG_STATE_HOME/waybill`, by default `~/.local/state/waybill`; on Windows
 * `%LOCALAPPDATA%\waybill`.
 */
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
    // Some containers have no home directory, or a read-only one.
    const why = `${messageOf(error)}. Unfinished uploads start again after a restart`
    return {
      text: randomBytes(32).toString('base64url'),
      notes: [`Waybill cannot keep its key: ${why}.`],
    }
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
