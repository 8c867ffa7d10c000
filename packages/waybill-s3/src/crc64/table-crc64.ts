/**
 * Computes CRC64NVME incrementally in plain JavaScript, for pages and platforms that don't allow
 * WebAssembly. It processes eight bytes at once, with one table for each ("slicing by 8"). Values
 * are pairs of 32-bit halves, because `BigInt` is much slower.
 *
 * @see https://github.com/madler/zlib/blob/develop/crc32.c
 * @module
 */

import type { Crc64 } from './crc64.ts'

/** The number of bytes processed at once, each with its own table. */
const WORD = 8
/** Entry size in bytes: the low half, then the high half. */
const ENTRY = 8
const HIGH = 4
/** Table size in bytes: one entry for each possible byte. */
const TABLE = 256 * ENTRY

let tables: DataView | undefined

export class TableCrc64 {
  readonly #tables: DataView
  /** The complement of the CRC so far, in two halves. */
  #high = -1
  #low = -1

  /**
   * @param polynomial - The reflected CRC64NVME polynomial. It is passed rather than imported,
   *   because some bundlers would move the file that defines it into another chunk.
   */
  constructor(polynomial: Crc64) {
    tables ??= writeTables(polynomial)
    this.#tables = tables
  }

  update(bytes: Uint8Array): void {
    const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const words = bytes.length - (bytes.length % WORD)
    this.#addWords(input, words)
    for (let at = words; at < bytes.length; at += 1) {
      const entry = ((this.#low ^ input.getUint8(at)) & 0xff) * ENTRY
      const shifted = (this.#low >>> 8) | (this.#high << 24)
      this.#low = shifted ^ this.#tables.getInt32(entry, true)
      this.#high = (this.#high >>> 8) ^ this.#tables.getInt32(entry + HIGH, true)
    }
  }

  /** This loop must be fast, so it uses local variables and long expressions. */
  #addWords(input: DataView, end: number): void {
    const table = this.#tables
    let high = this.#high
    let low = this.#low
    for (let at = 0; at < end; at += WORD) {
      low ^= input.getInt32(at, true)
      high ^= input.getInt32(at + 4, true)
      // The word's first byte is followed by seven others, its last byte by none.
      const a = 7 * TABLE + ((low & 0xff) << 3)
      const b = 6 * TABLE + ((low >>> 5) & 0x7f8)
      const c = 5 * TABLE + ((low >>> 13) & 0x7f8)
      const d = 4 * TABLE + ((low >>> 21) & 0x7f8)
      const e = 3 * TABLE + ((high & 0xff) << 3)
      const f = 2 * TABLE + ((high >>> 5) & 0x7f8)
      const g = TABLE + ((high >>> 13) & 0x7f8)
      const h = (high >>> 21) & 0x7f8
      low =
        table.getInt32(a, true) ^
        table.getInt32(b, true) ^
        table.getInt32(c, true) ^
        table.getInt32(d, true) ^
        table.getInt32(e, true) ^
        table.getInt32(f, true) ^
        table.getInt32(g, true) ^
        table.getInt32(h, true)
      high =
        table.getInt32(a + HIGH, true) ^
        table.getInt32(b + HIGH, true) ^
        table.getInt32(c + HIGH, true) ^
        table.getInt32(d + HIGH, true) ^
        table.getInt32(e + HIGH, true) ^
        table.getInt32(f + HIGH, true) ^
        table.getInt32(g + HIGH, true) ^
        table.getInt32(h + HIGH, true)
    }
    this.#high = high
    this.#low = low
  }

  get value(): Crc64 {
    return { high: ~this.#high >>> 0, low: ~this.#low >>> 0 }
  }
}

/** Table `n` holds the CRC of each byte followed by `n` zero bytes. */
function writeTables(polynomial: Crc64): DataView {
  const written = new DataView(new ArrayBuffer(WORD * TABLE))
  for (let byte = 0; byte < 256; byte += 1) {
    let high = 0
    let low = byte
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = -(low & 1)
      low = ((low >>> 1) | (high << 31)) ^ (polynomial.low & carry)
      high = (high >>> 1) ^ (polynomial.high & carry)
    }
    written.setInt32(byte * ENTRY, low, true)
    written.setInt32(byte * ENTRY + HIGH, high, true)
  }
  for (let at = TABLE; at < WORD * TABLE; at += ENTRY) {
    const low = written.getInt32(at - TABLE, true)
    const high = written.getInt32(at - TABLE + HIGH, true)
    const entry = (low & 0xff) * ENTRY
    written.setInt32(at, ((low >>> 8) | (high << 24)) ^ written.getInt32(entry, true), true)
    written.setInt32(at + HIGH, (high >>> 8) ^ written.getInt32(entry + HIGH, true), true)
  }
  return written
}
