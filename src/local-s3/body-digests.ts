/**
 * The two digests of what is stored: MD5 for the ETag, and one of S3's checksums.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksums.ts'
import { ThreadedMd5 } from './md5-threads.ts'

export interface Digests {
  /** Hex. */
  readonly md5: string
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly checksum: string
}

/** A thread costs more than it saves below this. */
const MAX_INLINE_SIZE = 1024 * 1024

/** Of a body of unknown length. Close it, whatever happens. */
export class BodyDigests {
  readonly #algorithm: ChecksumAlgorithm
  readonly #checksum: RunningChecksum
  /** For the MD5, as long as it may be a small body. */
  #held: Uint8Array[] = []
  #heldSize = 0
  #md5: ThreadedMd5 | undefined

  private constructor(algorithm: ChecksumAlgorithm, checksum: RunningChecksum) {
    this.#algorithm = algorithm
    this.#checksum = checksum
  }

  static async start(algorithm: ChecksumAlgorithm): Promise<BodyDigests> {
    return new BodyDigests(algorithm, await startChecksum(algorithm))
  }

  /** The chunk must not be written into again. Wait for what is returned before the next. */
  update(chunk: Uint8Array): Promise<void> | undefined {
    const waiting = this.#updateMd5(chunk)
    this.#checksum.update(chunk)
    return waiting
  }

  async end(): Promise<Digests> {
    const md5 = this.#md5 ? await this.#md5.end() : md5Of(this.#held)
    return {
      md5,
      algorithm: this.#algorithm,
      checksum: this.#checksum.digest().toString('base64'),
    }
  }

  close(): void {
    this.#md5?.close()
  }

  #updateMd5(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#md5) return this.#md5.update(chunk)
    this.#held.push(chunk)
    this.#heldSize += chunk.length
    return this.#heldSize > MAX_INLINE_SIZE ? this.#moveToThread() : undefined
  }

  async #moveToThread(): Promise<void> {
    const md5 = new ThreadedMd5()
    this.#md5 = md5
    const held = this.#held
    this.#held = []
    for (const chunk of held) await md5.update(chunk)
  }
}

function md5Of(chunks: readonly Uint8Array[]): string {
  const md5 = createHash('md5')
  for (const chunk of chunks) md5.update(chunk)
  return md5.digest('hex')
}
