/**
 * Reads object files. Each block is verified before its bytes are passed on, and a file is not
 * removed while it is being read.
 *
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import { CorruptionError } from '../storage.ts'
import { BLOCK, blocksAreIntact, tableSize } from './block-checksums.ts'

const MOST_AT_ONCE = 2 ** 31 - 1

/** The number of bytes per read, which must be a multiple of `BLOCK`. */
const READ_SIZE = 4 * BLOCK

export interface Extent {
  readonly path: string
  /** The number of data bytes at the start of the file. */
  readonly size: number
}

/**
 * Yields a range of an open file, and closes the file at the end. While the consumer uses one
 * piece, the next one is read. Buffers are reused.
 *
 * @throws {CorruptionError}
 */
export async function* readFile(
  file: FileHandle,
  { path, size }: Extent,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, undefined> {
  const corrupt = (at: number) => new CorruptionError(`${path} is damaged at or after byte ${at}`)
  const read = async (buffer: Buffer, position: number): Promise<Buffer> => {
    for (let filled = 0; filled < buffer.length; ) {
      const length = buffer.length - filled
      const { bytesRead } = await file.read(buffer, filled, length, position + filled)
      if (bytesRead === 0) throw corrupt(position + filled)
      filled += bytesRead
    }
    return buffer
  }
  try {
    if (start >= end) return
    // The record may come from a stranger's directory. Node aborts if it is to read more at once.
    if (tableSize(size) > MOST_AT_ONCE) throw corrupt(size)
    const table = await read(Buffer.allocUnsafe(tableSize(size)), size)
    const first = start - (start % BLOCK)
    const room = Math.min(READ_SIZE, size - first)
    const buffers = [Buffer.allocUnsafeSlow(room), Buffer.allocUnsafeSlow(room)] as const
    const readAt = (at: number) => {
      const buffer = buffers[((at - first) / READ_SIZE) % 2 === 0 ? 0 : 1]
      return read(buffer.subarray(0, Math.min(room, size - at)), at)
    }
    let reading = readAt(first)
    for (let at = first; at < end; at += READ_SIZE) {
      const piece = await reading
      if (!blocksAreIntact(piece, at, table)) throw corrupt(at)
      if (at + READ_SIZE < end) {
        reading = readAt(at + READ_SIZE)
        // The next iteration awaits this promise. Without this handler, Node would treat an earlier
        // rejection as unhandled.
        reading.catch(() => {})
      }
      yield piece.subarray(Math.max(start - at, 0), end - at)
    }
  } finally {
    // Waits for a read that has already started.
    await file.close()
  }
}

/** Treats the files as if they were one file. */
export async function* readFiles(
  extents: readonly Extent[],
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, undefined> {
  let offset = 0
  for (const extent of extents) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, extent.size)
    offset += extent.size
    if (from < to) yield* readFile(await open(extent.path, 'r'), extent, from, to)
  }
}

interface Lease {
  readers: number
  remove: (() => Promise<void>) | undefined
}

/** Delays the removal of a file until its last reader is done. */
export class Leases {
  readonly #byPath = new Map<string, Lease>()

  take(paths: readonly string[]): void {
    for (const path of paths) {
      const lease = this.#byPath.get(path) ?? { readers: 0, remove: undefined }
      lease.readers += 1
      this.#byPath.set(path, lease)
    }
  }

  async release(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const lease = this.#byPath.get(path)
      if (!lease) continue
      lease.readers -= 1
      if (lease.readers > 0) continue
      this.#byPath.delete(path)
      await lease.remove?.()
    }
  }

  /** Runs `remove` immediately, or once the last reader of `path` is done. */
  async whenFree(path: string, remove: () => Promise<void>): Promise<void> {
    const lease = this.#byPath.get(path)
    if (lease) lease.remove = remove
    else await remove()
  }
}
