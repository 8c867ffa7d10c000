/**
 * What the directory of a local S3 holds.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileTail, readRecord } from '../../src/storage/disk/record-file.ts'

/** @returns Paths of all files that hold objects, parts or tags, or should not be there; whole or not. */
export async function storedFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter(
      (entry) => entry.isFile() && !['lock', 'lock.sqlite', 'bucket.json'].includes(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Writes another record, with a right checksum, into the file of an object or a part. */
export function changeRecord(path: string, change: (record: Record<string, unknown>) => object) {
  const file = readFileSync(path)
  const size = Number(file.readBigUInt64BE(file.length - 16))
  const table = file.subarray(size, file.length - 24 - file.readUInt32BE(file.length - 8))
  const tail = fileTail(size, table, change({ ...readRecord(path) }))
  writeFileSync(path, Buffer.concat([file.subarray(0, size), tail]))
}
