/**
 * Splits a stream at delimiters. It searches with `Buffer.indexOf`, which is faster than a loop
 * over the bytes.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'

/** The returned buffers are never reused. */
export class MarkedStream {
  readonly #chunks: AsyncIterator<Uint8Array>
  #unread: Buffer

  /** @param first - Read before the bytes of `source`. */
  constructor(source: AsyncIterable<Uint8Array>, first: string) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#unread = Buffer.from(first)
  }

  /**
   * Yields the bytes up to the next delimiter as they arrive, and skips the delimiter.
   *
   * @throws {S3Error} `MalformedPOSTRequest` if the stream ends without a delimiter.
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

  async take(length: number): Promise<Buffer> {
    while (this.#unread.length < length) await this.#readMore()
    const taken = this.#unread.subarray(0, length)
    this.#unread = this.#unread.subarray(length)
    return taken
  }

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

/**
 * Returns the position of an incomplete delimiter at the end of `bytes`, or `bytes.length` if there
 * is none.
 */
function possibleBeginning(mark: Buffer, bytes: Buffer): number {
  const first = mark[0] ?? 0
  let at = bytes.indexOf(first, Math.max(0, bytes.length - mark.length + 1))
  while (at >= 0 && !bytes.subarray(at).equals(mark.subarray(0, bytes.length - at))) {
    at = bytes.indexOf(first, at + 1)
  }
  return at < 0 ? bytes.length : at
}
