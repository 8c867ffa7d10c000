/**
 * Random bytes that are created once and kept in a file.
 *
 * @module
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'

/** 256 bits. */
const SIZE = 32

/**
 * Returns the 43 characters in the file at `path`, and creates the file if it does not exist. Only
 * its owner can read it.
 *
 * @throws {CommandFailure} When the file holds something else.
 * @throws {Error} The error of the file system.
 */
export async function keptRandom(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(unlessMissing)
  if (known === undefined) return makeRandom(path)
  const text = known.trim()
  if (!/^[\w-]{43}$/.test(text) || Buffer.from(text, 'base64url').length !== SIZE) {
    throw new CommandFailure(
      `${path} was not written by Waybill. Remove it to get a new one; unfinished uploads then start again`,
    )
  }
  // A copied or unpacked file may be readable by others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return text
}

/**
 * Creates the file atomically: it is complete or missing, and only one of several processes creates
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
