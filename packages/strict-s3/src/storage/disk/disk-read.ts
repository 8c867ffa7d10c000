/**
 * Reads files, and verifies each block before its bytes are passed on.
 *
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import type { ChunkSink } from '../chunk-sink.ts'
import { CorruptionError } from '../storage.ts'
import { BLOCK, blocksAreIntact, tableSize } from './block-checksums.ts'

/** Bytes per read: whole blocks. */
const READ_SIZE = 4 * BLOCK

/** The bytes of a file that belong to an object. */
export interface Extent {
  readonly path: string
  /** Bytes of data at the start of the file. */
  readonly size: number
}

/** An open file with its table of checksums. */
export class RecordReader {
  readonly #path: string
  readonly #file: FileHandle
  readonly #size: number

  private constructor(extent: Extent, file: FileHandle) {
    this.#path = extent.path
    this.#size = extent.size
    this.#file = file
  }

  static async open(extent: Extent): Promise<RecordReader> {
    return new RecordReader(extent, await open(extent.path, 'r'))
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /**
   * Copies a range. The next piece is read while one is written.
   *
   * @throws {CorruptionError}
   */
  async copyTo(write: ChunkSink, start: number, end: number): Promise<void> {
    if (start >= end) return
    const table = await this.#read(Buffer.allocUnsafe(tableSize(this.#size)), this.#size)
    const first = start - (start % BLOCK)
    const room = Math.min(READ_SIZE, this.#size - first)
    const buffers = [Buffer.allocUnsafeSlow(room), Buffer.allocUnsafeSlow(room)] as const
    let writing: Promise<void> = Promise.resolve()
    try {
      for (let at = first, turn = 0; at < end; at += READ_SIZE, turn += 1) {
        const buffer = buffers[turn % 2 === 0 ? 0 : 1]
        const piece = await this.#read(buffer.subarray(0, Math.min(room, this.#size - at)), at)
        if (!blocksAreIntact(piece, at, table)) throw this.#corrupt(at)
        await writing
        writing = write(piece.subarray(Math.max(start - at, 0), end - at))
        // Awaited in the next round; until then a failure must not count as unhandled.
        writing.catch(() => {})
      }
    } finally {
      // Do not release the buffer while it is being written.
      await writing
    }
  }

  async #read(buffer: Buffer, position: number): Promise<Buffer> {
    for (let filled = 0; filled < buffer.length; ) {
      const { bytesRead } = await this.#file.read(
        buffer,
        filled,
        buffer.length - filled,
        position + filled,
      )
      if (bytesRead === 0) throw this.#corrupt(position + filled)
      filled += bytesRead
    }
    return buffer
  }

  #corrupt(at: number): CorruptionError {
    return new CorruptionError(`${this.#path} is damaged at or after byte ${at}`)
  }
}

/** Copies a range of several files, which are read as one. */
export async function copyExtents(
  extents: readonly Extent[],
  write: ChunkSink,
  start: number,
  end: number,
): Promise<void> {
  let offset = 0
  for (const extent of extents) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, extent.size)
    offset += extent.size
    if (from >= to) continue
    const reader = await RecordReader.open(extent)
    try {
      await reader.copyTo(write, from, to)
    } finally {
      await reader.close()
    }
  }
}
