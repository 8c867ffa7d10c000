/**
 * The CRC-32 of every 256 KiB block of a file, so that any range can be verified before it is sent.
 *
 * @module
 */

import { crc32 } from 'node:zlib'

/** In bytes. Only the last block of a file may be shorter. */
export const BLOCK = 256 * 1024

const ENTRY = 4

export class BlockChecksums {
  readonly #done: number[] = []
  #current = 0
  #filled = 0

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + BLOCK - this.#filled)
      this.#current = crc32(piece, this.#current)
      this.#filled += piece.length
      at += piece.length
      if (this.#filled === BLOCK) this.#close()
    }
  }

  /** Returns four bytes per block, big-endian. Call this once, at the end. */
  table(): Buffer {
    if (this.#filled > 0) this.#close()
    const table = Buffer.allocUnsafe(this.#done.length * ENTRY)
    for (const [index, value] of this.#done.entries()) table.writeUInt32BE(value, index * ENTRY)
    return table
  }

  #close(): void {
    this.#done.push(this.#current)
    this.#current = 0
    this.#filled = 0
  }
}

export function tableSize(size: number): number {
  return Math.ceil(size / BLOCK) * ENTRY
}

/**
 * @param bytes - Whole blocks. Only the last block of the file may be shorter.
 * @param start - The offset of `bytes` in the file, which must be a multiple of `BLOCK`.
 */
export function blocksAreIntact(bytes: Uint8Array, start: number, table: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const entry = ((start + at) / BLOCK) * ENTRY
    if (crc32(bytes.subarray(at, at + BLOCK)) !== table.readUInt32BE(entry)) return false
  }
  return true
}
