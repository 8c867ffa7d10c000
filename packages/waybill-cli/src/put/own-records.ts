/**
 * Remembers in the user's own directory what an unfinished command has stored, so that the same
 * command continues. There is one folder for each signer, rule and caller, with the client's resume
 * records and one file for each stored file.
 *
 * A command that has stored everything forgets its files: run again, it uploads them anew.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectory, OWNER_ONLY, stateDirectory } from '@waybill/command-line/own-directory'
import type { FoundFile } from './find-files.ts'

export interface StoredFile {
  readonly key: string
  readonly size: number
  readonly receipt?: string
}

export interface Destination {
  readonly endpoint: string
  readonly rule: string | undefined
  /** Identifies the caller. Never written to disk as it is. */
  readonly caller: string
}

export interface OwnRecords {
  /** For `fileResumeStore`. */
  readonly resumeFolder: string
  readonly find: (file: FoundFile) => StoredFile | undefined
  readonly keep: (file: FoundFile, stored: StoredFile) => void
  readonly forget: (file: FoundFile) => void
}

/** As old as the client's resume records may be. */
const MAX_AGE_MS = 14 * 24 * 60 * 60 * 1000

/** @throws {Error} If the directory cannot be created. */
export function openRecords({ endpoint, rule, caller }: Destination): OwnRecords {
  const name = nameOf([endpoint, rule, caller])
  const home = join(stateDirectory(process.env), 'put', name)
  const stored = join(home, 'stored')
  makeDirectory(stored)
  const placeOf = ({ location, path, size, changedAtMs }: FoundFile) =>
    join(stored, nameOf([location, path, size, changedAtMs]))
  return {
    resumeFolder: join(home, 'unfinished'),
    find: (file) => readStored(placeOf(file)),
    keep: (file, { key, size, receipt }) => {
      const text = JSON.stringify({ key, size, receipt, at: Date.now() })
      try {
        writeFileSync(placeOf(file), text, { mode: OWNER_ONLY.file })
      } catch {
        // The disk is full, for example. If the command is interrupted, it sends this file again.
      }
    },
    forget: (file) => rmSync(placeOf(file), { force: true }),
  }
}

function nameOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** @returns `undefined` if the file is missing, too old, or damaged by a power failure. */
function readStored(place: string): StoredFile | undefined {
  try {
    const { key, size, receipt, at } = JSON.parse(readFileSync(place, 'utf8'))
    const isFresh = Date.now() - at < MAX_AGE_MS
    if (typeof key !== 'string' || typeof size !== 'number' || !isFresh) return undefined
    return { key, size, ...(typeof receipt === 'string' ? { receipt } : {}) }
  } catch {
    return undefined
  }
}
