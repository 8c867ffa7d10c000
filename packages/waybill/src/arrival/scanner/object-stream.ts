/**
 * An object as a stream. It is read in ranges, one at a time and only when the reader asks for
 * bytes. So a slow reader keeps one range in memory, and a failed range is tried again alone.
 *
 * @module
 */

import type { ByteRange } from '../../storage/get-object.ts'

const RANGE_LENGTH = 4 * 1024 ** 2

/**
 * Makes a stream of an object.
 *
 * @param size - Bytes of the object.
 * @param read - Reads a range of the object, of exactly its length. What it throws fails the
 *   stream.
 */
export function objectStream(
  size: number,
  read: (range: ByteRange) => Promise<Uint8Array>,
): ReadableStream<Uint8Array> {
  let from = 0
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const length = Math.min(RANGE_LENGTH, size - from)
      if (length > 0) controller.enqueue(await read({ from, length }))
      from += length
      if (from === size) controller.close()
    },
  }
  // Nothing is read ahead.
  return new ReadableStream(source, { highWaterMark: 0 })
}
