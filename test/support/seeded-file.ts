/**
 * Files of any size with content that follows from a seed, in the memory of a few MiB: a `Blob` of many slices of
 * one random buffer, each cut elsewhere, so that no two parts are alike and a part in the wrong place shows.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { seededRandom } from '../../packages/strict-s3/src/faults/seeded-random.ts'

const MIB = 1024 ** 2
const SOURCE_SIZE = 8 * MIB

let source: Blob | undefined

/** @param size - Bytes. */
export function seededFile(name: string, size: number, seed: number, lastModified = 0): File {
  source ??= new Blob([randomBytes(SOURCE_SIZE)])
  const random = seededRandom(seed)
  const pieces: Blob[] = []
  for (let left = size; left > 0; ) {
    const start = random.integer(0, SOURCE_SIZE - 2 * MIB)
    const length = Math.min(left, random.integer(MIB, 2 * MIB))
    pieces.push(source.slice(start, start + length))
    left -= length
  }
  return new File(pieces, name, { type: 'application/octet-stream', lastModified })
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(size)
  const words = new Uint32Array(size / 4)
  for (const index of words.keys()) words[index] = random.next() * 2 ** 32
  return new Uint8Array(words.buffer)
}

/** @returns Hexadecimal. */
export async function sha256Of(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}
