/**
 * The secret that seals the development signer's waybills: made once, kept beside the objects, so that uploads under
 * way survive a restart.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure } from '../command-failure.ts'

/** 256 bits, as A256GCM takes them. */
const SECRET_BYTES = 32

/**
 * @param home - The development server's directory.
 * @returns Its secret, 43 characters; made now if there is none.
 * @throws {CommandFailure} When what is kept there is no secret.
 */
export async function sealSecret(home: string): Promise<string> {
  const path = join(home, 'secret')
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new CommandFailure(`cannot read ${path}: ${error.message}`, { cause: error })
  })
  if (known === undefined) return writeSecret(path)
  const secret = known.trim()
  if (Buffer.from(secret, 'base64url').length !== SECRET_BYTES) {
    throw new CommandFailure(
      `${path} holds no secret of ours. Remove it to get a new one; uploads under way then start again`,
    )
  }
  // Copied about or unpacked, it may have become readable to others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return secret
}

/** Whole or not there: a half-written secret would refuse every start after a crash. */
async function writeSecret(path: string): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flush: true })
  await rename(draft, path)
  return secret
}
