/**
 * Random bytes that are made once and kept in a file of their own.
 *
 * @module
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { CommandFailure, messageOf } from '../command-failure.ts'

/** 256 bits. */
const SIZE = 32

/**
 * Returns what the file at `path` holds, made now if it is not there: 43 characters. Others may not read the file.
 *
 * @throws {CommandFailure} When the file holds something else.
 * @throws {Error} The file system's own.
 */
export async function keptRandom(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(unlessMissing)
  if (known === undefined) return makeRandom(path)
  const text = known.trim()
  if (!/^[\w-]{43}$/.test(text) || Buffer.from(text, 'base64url').length !== SIZE) {
    throw new CommandFailure(
      `${path} holds nothing of ours. Remove it to get a new one; uploads under way then start again`,
    )
  }
  // Copied about or unpacked, it may have become readable to others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return text
}

/** Whole or not there, and only one of several processes makes it. */
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
