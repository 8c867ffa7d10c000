/**
 * What this page has sent, where no list tells of it: a deployed page has none, since what is in its bucket is nobody's
 * to list, nor to read before arrival has verified it. The page shows it from the file that was chosen.
 *
 * @module
 */

import type { StoredObject } from '../src/cli/dev/stored-objects.ts'
import type { ChosenFile } from './file-choice.ts'

export interface SentObject {
  readonly key: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Absent when it was sent on after a reload: then there is nothing to show. */
  readonly file: ChosenFile | undefined
}

export async function describeSent({ file, ...sent }: SentObject): Promise<StoredObject> {
  const chosen = file && 'getFile' in file ? await file.getFile() : file
  const url = chosen ? URL.createObjectURL(chosen) : ''
  return { ...sent, lastModified: new Date().toISOString(), url, downloadUrl: url }
}
