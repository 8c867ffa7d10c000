/**
 * The file of an object or a part. It contains the bytes, the checksums of their blocks, the record
 * as JSON, and 24 bytes that locate all of these. The record and the bytes are in one file so that
 * a single `rename` makes both visible.
 *
 * @module
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { tableSize } from './block-checksums.ts'

const MAGIC = Buffer.from('WAYBILL1')
const TRAILER = 24

/**
 * Returns everything that follows the bytes in the file.
 *
 * @param size - The number of bytes before the tail.
 * @param table - The result of `BlockChecksums.table`.
 */
export function fileTail(size: number, table: Buffer, record: object): Buffer {
  const json = Buffer.from(JSON.stringify(record))
  const trailer = Buffer.alloc(TRAILER)
  MAGIC.copy(trailer)
  trailer.writeBigUInt64BE(BigInt(size), 8)
  trailer.writeUInt32BE(json.length, 16)
  trailer.writeUInt32BE(crc32(json, crc32(table)), 20)
  return Buffer.concat([table, json, trailer])
}

/** Covers a small file, and the tail of every file except the largest objects. */
const FIRST_READ = Buffer.allocUnsafeSlow(8 * 1024)

/**
 * Synchronous, because it only runs at startup, before any request.
 *
 * @returns `undefined` if the file is incomplete or damaged.
 */
export function readRecord(path: string): object | undefined {
  const file = openSync(path, 'r')
  try {
    let fileSize = readSync(file, FIRST_READ, 0, FIRST_READ.length, 0)
    let tail: Buffer = FIRST_READ.subarray(0, fileSize)
    if (fileSize === FIRST_READ.length) {
      fileSize = fstatSync(file).size
      tail = readEnd(file, fileSize, FIRST_READ)
    }
    const place = readTrailer(tail, fileSize)
    if (!place) return undefined
    if (tail.length < place.tailSize) tail = readEnd(file, fileSize, Buffer.alloc(place.tailSize))
    const body = tail.subarray(tail.length - place.tailSize, tail.length - TRAILER)
    if (crc32(body) !== place.checksum) return undefined
    const record: unknown = JSON.parse(body.toString('utf8', body.length - place.jsonSize))
    return typeof record === 'object' && record !== null ? record : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  } finally {
    closeSync(file)
  }
}

function readEnd(file: number, fileSize: number, end: Buffer): Buffer {
  readSync(file, end, 0, end.length, fileSize - end.length)
  return end
}

function readTrailer(tail: Buffer, fileSize: number) {
  const trailer = tail.subarray(-TRAILER)
  if (trailer.length < TRAILER || !trailer.subarray(0, 8).equals(MAGIC)) return undefined
  const size = Number(trailer.readBigUInt64BE(8))
  const jsonSize = trailer.readUInt32BE(16)
  const tailSize = tableSize(size) + jsonSize + TRAILER
  if (size + tailSize !== fileSize) return undefined
  return { jsonSize, tailSize, checksum: trailer.readUInt32BE(20) }
}
