/**
 * The secret that seals the development signer's waybills. It is stored so that unfinished uploads
 * survive a restart.
 *
 * It is derived from two halves: a seed in the server's directory and a key in the user's state
 * directory. The server's directory is usually inside a repository, so others may know the seed.
 * The seed alone is not enough to seal a waybill or to sign as the development signer.
 *
 * @module
 */

import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import { makeDirectory, refuseLink, stateDirectory } from '@waybill/command-line/own-directory'
import type { LocalCredentials } from 'strict-s3'

export interface SealSecret {
  /** 43 characters. */
  readonly secret: string
  readonly notes: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns the development server's secret. It stays the same for the same user and directory.
 *
 * @param home - The development server's directory.
 * @throws {CommandFailure} If the file of either half is invalid or cannot be read.
 */
export async function sealSecret(
  home: string,
  environment: Environment = process.env,
): Promise<SealSecret> {
  const key = await userKey(environment)
  const seedFile = join(home, 'seed')
  refuseLink(seedFile)
  const seed = await readOrFail(seedFile)
  const secret = createHmac('sha256', key.text).update(`waybill dev ${seed}`).digest('base64url')
  return { secret, notes: key.notes }
}

/**
 * Derives the development signer's credentials for the local S3. They are secret, so the S3 accepts
 * requests signed with them from any page. `strict-s3`'s own credentials are public, and any
 * website could sign with them.
 *
 * @param secret - From `sealSecret`.
 */
export function signerCredentials(secret: string): LocalCredentials {
  const secretAccessKey = createHmac('sha256', secret).update('local S3').digest('base64url')
  return { accessKeyId: 'waybill-signer', secretAccessKey, pagesFrom: ['*'] }
}

async function userKey(environment: Environment) {
  const directory = stateDirectory(environment)
  try {
    makeDirectory(directory)
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
    throw new CommandFailure(`cannot write ${path}: ${messageOf(cause)}`, { cause })
  }
}

const SIZE = 32

/**
 * Returns the 43 characters in the file at `path`, and creates the file if it does not exist. Only
 * its owner can read it.
 *
 * @throws {CommandFailure} If the file contains something else.
 * @throws {Error} Any file system error.
 */
async function keptRandom(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(unlessMissing)
  if (known === undefined) return makeRandom(path)
  const text = known.trim()
  if (!/^[\w-]{43}$/.test(text) || Buffer.from(text, 'base64url').length !== SIZE) {
    throw new CommandFailure(
      `${path} was not written by Waybill. Remove it to get a new one; unfinished uploads then start over`,
    )
  }
  // A copied or unpacked file may be readable by others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return text
}

/**
 * Creates the file atomically: it is never incomplete, and only one of several processes creates
 * it.
 */
async function makeRandom(path: string): Promise<string> {
  const text = randomBytes(SIZE).toString('base64url')
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
    return text
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await readFile(path, 'utf8')).trim()
  } finally {
    await rm(draft, { force: true })
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error instanceof Error ? error : new Error(messageOf(error))
}
