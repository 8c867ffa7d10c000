/**
 * Keeps the bytes of small files between hashing and sending, so that Node reads each file only
 * once.
 *
 * @module
 */

const MIB = 1024 ** 2

const MAX_SIZE = MIB
/** Limit for all kept files together. Files that do not fit are read twice. */
const MAX_TOTAL = 16 * MIB

export class KeptBytes {
  readonly #bytes = new WeakMap<object, Uint8Array<ArrayBuffer>>()
  readonly #garbage = new FinalizationRegistry<number>((size) => {
    this.#total -= size
  })
  #total = 0

  static fits(size: number): boolean {
    return size <= MAX_SIZE
  }

  keep(file: object, bytes: Uint8Array<ArrayBuffer>): void {
    const size = bytes.buffer.byteLength
    if (this.#bytes.has(file) || !KeptBytes.fits(bytes.length) || this.#total + size > MAX_TOTAL)
      return
    this.#bytes.set(file, bytes)
    this.#total += size
    this.#garbage.register(file, size, file)
  }

  take(file: object): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#bytes.get(file)
    if (!bytes) return undefined
    this.#bytes.delete(file)
    this.#garbage.unregister(file)
    this.#total -= bytes.buffer.byteLength
    return bytes
  }
}
