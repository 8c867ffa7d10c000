/**
 * All records of a bucket in one file, because opening every object's file would take most of the
 * time of a start.
 *
 * The index is written when the server closes, and removed when the next one starts, so it never
 * misses a change. After a crash there is none, and the records are read from the objects' files.
 *
 * @module
 */

import { existsSync, rmSync } from 'node:fs'
import type { ObjectRecord } from '../records.ts'
import { objectName } from './disk-paths.ts'
import { fileTail, readRecord } from './record-file.ts'

/** With fewer objects, opening their files takes no noticeable time. */
export const MIN_INDEXED = 1000

/** Returns the index as a file without bytes, whose record contains all others. */
export function indexFile(records: readonly ObjectRecord[]): Buffer {
  return fileTail(0, Buffer.alloc(0), { records })
}

/** Returns the records by file name, and removes the index. If it is damaged, it is empty. */
export function takeIndex(path: string): ReadonlyMap<string, ObjectRecord> {
  if (!existsSync(path)) return new Map()
  const index = readRecord(path) as { readonly records: readonly ObjectRecord[] } | undefined
  rmSync(path)
  return new Map(index?.records.map((record) => [objectName(record), record]))
}
