/**
 * Keeps track of the objects that the smoke test stores, so that it can remove exactly these.
 *
 * Probes store objects in the run's folder. The signer chooses the keys of objects uploaded through
 * it. Before such an object is uploaded, its key is noted as the name of an empty object in the
 * folder, so that a later run can clean up after an interrupted one.
 *
 * @module
 */

import { Buffer } from 'node:buffer'
import { CommandFailure } from '@waybill/command-line/command-failure'
import type { S3CallContext } from 'waybill/internal/storage'
import { callOnce, isTaken, shown } from 'waybill/internal/storage'
import { type CleanUp, keysBelow, removeBelow } from './probe/clean-up.ts'

export const SMOKE_FOLDER = 'waybill-smoke/'
/** Part of the name of each file uploaded through the signer. 32 hex digits follow. */
export const SMOKE_NAME = 'waybill-smoke-'

const NOTES = 'keys/'

/**
 * Notes a key that the signer has chosen, before an object is stored there.
 *
 * @param folder - The run's folder.
 * @throws {CommandFailure} If the note cannot be stored.
 */
export async function noteKey(context: S3CallContext, folder: string, key: string): Promise<void> {
  const note = `${folder}${NOTES}${Buffer.from(key).toString('base64url')}`
  const reply = await callOnce(context, { method: 'PUT', key: note })
  if (isTaken(reply)) return
  throw new CommandFailure(`the bucket refuses to store your object: ${shown(reply)}`)
}

/**
 * Removes everything that runs have stored, including all versions.
 *
 * @param folder - One run's folder, or `SMOKE_FOLDER` for all runs.
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
 * Reads an object key from a note. The note is ignored unless that key contains the token of the
 * note's own run, so that a forged note cannot get another object deleted.
 */
function notedKey(key: string): string | undefined {
  const [, token, note] = /^waybill-smoke\/([0-9a-f]{32})\/keys\/([\w-]+)$/.exec(key) ?? []
  if (token === undefined || note === undefined) return undefined
  const noted = Buffer.from(note, 'base64url').toString()
  return noted.includes(`${SMOKE_NAME}${token}`) ? noted : undefined
}
