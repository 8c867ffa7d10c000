/**
 * Reads a form's body from mark to mark, without looking at every byte: the search is the platform's own.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'

/** Hold what is read as long as you like: no byte of it is written into again. */
export class MarkedStream {
  readonly #chunks: AsyncIterator<Uint8Array>
  #unread: Buffer

  /** @param first - Stands before the bytes of the source. */
  constructor(source: AsyncIterable<Uint8Array>, first: string) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#unread = Buffer.from(first)
  }

  /**
   * Hands over what comes before the mark, as it comes, and drops the mark.
   *
   * @throws {S3Error} `MalformedPOSTRequest` when the stream ends without it.
   */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const bytes = this.#unread
      const found = bytes.indexOf(mark)
      const end = found < 0 ? possibleBeginning(mark, bytes) : found
      this.#unread = bytes.subarray(found < 0 ? end : end + mark.length)
      if (end > 0) yield bytes.subarray(0, end)
      if (found >= 0) return
      await this.#readMore()
    }
  }

  /** Reads `length` bytes. @throws {S3Error} `MalformedPOSTRequest` when the stream ends before. */
  async take(length: number): Promise<Buffer> {
    while (this.#unread.length < length) await this.#readMore()
    const taken = this.#unread.subarray(0, length)
    this.#unread = this.#unread.subarray(length)
    return taken
  }

  /** Reads the rest and drops it. */
  async drain(): Promise<void> {
    this.#unread = this.#unread.subarray(0, 0)
    while (!(await this.#chunks.next()).done);
  }

  async #readMore(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done) throw new S3Error('MalformedPOSTRequest')
    const unread = this.#unread
    this.#unread =
      unread.length > 0
        ? Buffer.concat([unread, value])
        : Buffer.from(value.buffer, value.byteOffset, value.length)
  }
}

/** @returns Where, at the end of the bytes, the mark may have begun; their length when it has not. */
function possibleBeginning(mark: Buffer, bytes: Buffer): number {
  const first = mark[0] ?? 0
  let at = bytes.indexOf(first, Math.max(0, bytes.length - mark.length + 1))
  while (at >= 0 && !bytes.subarray(at).equals(mark.subarray(0, bytes.length - at))) {
    at = bytes.indexOf(first, at + 1)
  }
  return at < 0 ? bytes.length : at
}
