/**
 * Describes objects that this page has sent, when the server has no list. On AWS objects cannot be
 * listed, nor read before arrival has verified them, so the page shows the chosen file.
 *
 * @module
 */

import type { StoredObject } from '../src/cli/dev/stored-objects.ts'
import type { ChosenFile } from './file-choice.ts'

/** An object that this page has sent. */
export interface SentObject {
  readonly key: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Missing when the upload was resumed after a reload: then there is nothing to show. */
  readonly file: ChosenFile | undefined
}

/** Describes a sent object for the list and the stage. */
export async function describeSent({ file, ...sent }: SentObject): Promise<StoredObject> {
  const chosen = file && 'getFile' in file ? await file.getFile() : file
  const url = chosen ? URL.createObjectURL(chosen) : ''
  return { ...sent, lastModified: new Date().toISOString(), url, downloadUrl: url }
}
