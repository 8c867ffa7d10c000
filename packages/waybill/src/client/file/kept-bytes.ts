/**
 * Keeps the bytes of small files between hashing and sending, so that Node reads each file once.
 *
 * @module
 */

const MIB = 1024 ** 2

const MAX_SIZE = MIB
/** For all files together. What does not fit is read again. */
const MAX_TOTAL = 16 * MIB

/** Bytes are kept until they are taken, or until the file is garbage collected. */
export class KeptBytes {
  readonly #bytes = new WeakMap<object, Uint8Array<ArrayBuffer>>()
  readonly #garbage = new FinalizationRegistry<number>((size) => {
    this.#total -= size
  })
  #total = 0

  /** Whether files of this size are kept, while there is room. */
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
