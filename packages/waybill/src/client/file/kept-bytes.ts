/**
 * Bytes of small files between their hash and their form, so that Node reads each file once.
 *
 * @module
 */

const MIB = 1024 ** 2

/** Files up to this size are kept. */
const MAX_SIZE = MIB
/** Memory of all files together. What does not fit is read again. */
const MAX_TOTAL = 16 * MIB

/** Keeps the bytes of a file until they are taken, or the file itself is garbage. */
export class KeptBytes {
  readonly #bytes = new WeakMap<object, Uint8Array<ArrayBuffer>>()
  readonly #garbage = new FinalizationRegistry<number>((size) => {
    this.#total -= size
  })
  #total = 0

  /** @returns Whether the bytes of a file of this size are kept, if there is room for them. */
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
