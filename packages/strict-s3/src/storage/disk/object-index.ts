/**
 * All records of a bucket in one file, because opening every object's file would take most of the
 * time of a start.
 *
 * The index is written when the server closes, and removed when the next one starts, so it never
 * misses a change. After a crash there is none, and the records are read from the objects' files. The
 * same holds if a file was added or removed since. An object's file never changes.
 *
 * The file is a sequence of pieces: first a header, then groups of records. Each piece is its length,
 * its checksum and JSON. Parsing all records at once would take several times the memory.
 *
 * @module
 */

import { closeSync, lstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { ObjectRecord } from '../../buckets/records.ts'
import { objectName } from './disk-paths.ts'

/** With fewer objects, opening their files takes no noticeable time. */
export const MIN_INDEXED = 1000

const PER_PIECE = 1000
/** The length and the CRC-32, four bytes each. */
const PIECE_START = 8

interface Header {
  readonly records: number
  /** A digest of the names of the records' files. */
  readonly files: string
}

export function* indexPieces(records: readonly ObjectRecord[]): Generator<Buffer> {
  const header: Header = { records: records.length, files: namesDigest(records.map(objectName)) }
  yield pieceOf(header)
  for (let at = 0; at < records.length; at += PER_PIECE) {
    yield pieceOf(records.slice(at, at + PER_PIECE))
  }
}

export function pieceOf(value: object): Buffer {
  const json = Buffer.from(JSON.stringify(value))
  const start = Buffer.alloc(PIECE_START)
  start.writeUInt32BE(json.length, 0)
  start.writeUInt32BE(crc32(json), 4)
  return Buffer.concat([start, json])
}

/** Ignores the order of the names, which differs between file systems. */
function namesDigest(names: readonly string[]): string {
  let sum = 0
  for (const name of names) sum = (sum + crc32(name)) >>> 0
  return `${names.length} ${sum}`
}

/**
 * The indexes that are read at startup. Each is moved before it is read, so that if the process is
 * killed, for example because memory runs out, the next one does not try again.
 */
export class TakenIndexes {
  readonly #moved = new Map<string, string>()

  /**
   * @param draft - Where to move the index.
   * @param files - The names of the objects' files.
   * @returns `undefined` if there is no index of exactly these files.
   */
  take(path: string, draft: string, files: readonly string[]): readonly ObjectRecord[] | undefined {
    try {
      if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined
      renameSync(path, draft)
      this.#moved.set(draft, path)
      return readIndex(draft, files)
    } catch {
      // Without it, the start only takes longer.
      return undefined
    }
  }

  /** Removes the indexes, because they will miss all further changes. */
  remove(): void {
    for (const draft of this.#moved.keys()) rmSync(draft, { force: true })
  }

  /** Moves the indexes back for the next start. */
  restore(): void {
    for (const [draft, path] of this.#moved) {
      try {
        renameSync(draft, path)
      } catch {
        // The error that ended this start matters more.
      }
    }
  }
}

function readIndex(path: string, files: readonly string[]): readonly ObjectRecord[] | undefined {
  const file = openSync(path, 'r')
  try {
    const header = readPiece(file) as Header
    if (header.files !== namesDigest(files)) return undefined
    const records: ObjectRecord[] = []
    while (records.length < header.records) records.push(...(readPiece(file) as ObjectRecord[]))
    return records
  } finally {
    closeSync(file)
  }
}

/** @throws {Error} If the piece is damaged. */
function readPiece(file: number): unknown {
  const start = Buffer.alloc(PIECE_START)
  readSync(file, start)
  const json = Buffer.alloc(start.readUInt32BE(0))
  const isWhole = json.length > 0 && readSync(file, json) === json.length
  if (!isWhole || crc32(json) !== start.readUInt32BE(4)) throw new Error('the index is damaged')
  return JSON.parse(json.toString())
}
