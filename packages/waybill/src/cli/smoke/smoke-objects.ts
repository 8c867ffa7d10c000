/**
 * Where the smoke test puts objects, so that it can remove exactly these.
 *
 * Probes have a folder of their own. The signer chooses the keys of objects uploaded through it.
 * Before such a key is used, it is noted in the folder as the name of an empty object, so that a
 * later run can remove the objects of an interrupted one.
 *
 * @module
 */

import { Buffer } from 'node:buffer'
import { CommandFailure } from '@waybill/command-line/command-failure'
import { type CleanUp, keysBelow, removeBelow } from '../../storage/probe/clean-up.ts'
import { callOnce, isTaken, shown } from '../../storage/probe/exchange.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'

/** Prefix of the keys of all runs. */
export const SMOKE_FOLDER = 'waybill-smoke/'
/** Part of the names of objects uploaded through the signer; 32 hex digits follow. */
export const SMOKE_NAME = 'waybill-smoke-'

const NOTES = 'keys/'

/**
 * Notes a key outside the folder before an object is stored there.
 *
 * @param folder - The folder of the run.
 * @throws {CommandFailure} If it cannot be noted.
 */
export async function noteKey(context: S3CallContext, folder: string, key: string): Promise<void> {
  const note = `${folder}${NOTES}${Buffer.from(key).toString('base64url')}`
  const reply = await callOnce(context, { method: 'PUT', key: note })
  if (isTaken(reply)) return
  throw new CommandFailure(`the bucket refuses to store your object: ${shown(reply)}`)
}

/**
 * Removes everything that runs have stored, in all versions.
 *
 * @param folder - The folder of one run, or `SMOKE_FOLDER` for all.
 */
export async function removeRuns(context: S3CallContext, folder: string): Promise<CleanUp> {
  const results: CleanUp[] = []
  for (const key of await keysBelow(context, folder)) {
    const noted = notedKey(key)
    if (noted !== undefined) results.push(await removeBelow(context, noted))
  }
  // The notes are removed last, so that an interrupted removal can be repeated.
  results.push(await removeBelow(context, folder))
  return {
    removed: results.reduce((sum, { removed }) => sum + removed, 0),
    kept: results.flatMap(({ kept }) => kept),
  }
}

/**
 * Reads the object key from a note of the smoke test. A note is ignored unless that key contains
 * the token of the note's own run, so a forged note cannot have another object deleted.
 */
function notedKey(key: string): string | undefined {
  const [, token, note] = /^waybill-smoke\/([0-9a-f]{32})\/keys\/([\w-]+)$/.exec(key) ?? []
  if (token === undefined || note === undefined) return undefined
  const noted = Buffer.from(note, 'base64url').toString()
  return noted.includes(`${SMOKE_NAME}${token}`) ? noted : undefined
}
