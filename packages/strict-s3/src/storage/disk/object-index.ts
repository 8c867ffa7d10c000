/**
 * All records of a bucket in one file, because opening every object's file would take most of the
 * time of a start.
 *
 * The index is written when the server closes, and removed when the next one starts, so it never
 * misses a change. After a crash there is none, and the records are read from the objects' files. The
 * same holds if a file was added or removed since, which changes the time of the objects' directory.
 *
 * @module
 */

import { lstatSync, renameSync, rmSync, statSync } from 'node:fs'
import type { ObjectRecord } from '../records.ts'
import { objectName } from './disk-paths.ts'
import { fileTail, readRecord } from './record-file.ts'

/** With fewer objects, opening their files takes no noticeable time. */
export const MIN_INDEXED = 1000

interface ObjectIndex {
  /** Of the objects' directory, in milliseconds. */
  readonly changedMs: number
  readonly records: readonly ObjectRecord[]
}

/** Returns the index as a file without bytes, whose record contains all others. */
export function indexFile(records: readonly ObjectRecord[], objects: string): Buffer {
  const index: ObjectIndex = { changedMs: changedMs(objects), records }
  return fileTail(0, Buffer.alloc(0), index)
}

/**
 * Returns the records by file name, and removes the index. If it cannot be used, the result is empty.
 *
 * @param draft - Where the index is moved before it is read, so that a start which fails while
 *   reading it does not fail again.
 */
export function takeIndex(
  path: string,
  draft: string,
  objects: string,
): ReadonlyMap<string, ObjectRecord> {
  try {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return new Map()
    renameSync(path, draft)
    const index = readRecord(draft)
    rmSync(draft)
    if (!isIndex(index) || index.changedMs !== changedMs(objects)) return new Map()
    return new Map(index.records.map((record) => [objectName(record), record]))
  } catch {
    // Without it, the start only takes longer.
    return new Map()
  }
}

function changedMs(objects: string): number {
  return Math.trunc(statSync(objects).mtimeMs)
}

function isIndex(record: object | undefined): record is ObjectIndex {
  return record !== undefined && 'changedMs' in record && 'records' in record
}
