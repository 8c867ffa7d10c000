/**
 * Computes a body's digests: the MD5 for the ETag, the checksum to store, and the checksum to
 * verify if the client sent one with another algorithm.
 *
 * @module
 */

import { createHash, hash } from 'node:crypto'
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksum.ts'
import type { ThreadedMd5 } from './md5-threads.ts'

export interface Digests {
  /** In hexadecimal. */
  readonly md5: string
  readonly algorithm: ChecksumAlgorithm
  /** The stored checksum in base64. */
  readonly checksum: string
  /**
   * The checksum to compare with the client's. Unless the client used another algorithm, it is the
   * stored checksum.
   */
  readonly verified: { readonly algorithm: ChecksumAlgorithm; readonly checksum: string }
}

/** Up to this size in bytes, computing the MD5 in another thread costs more than it saves. */
const MAX_INLINE_SIZE = 1024 * 1024

/** Always call `close`, even after an error. */
export class BodyDigests {
  readonly #kept: NamedChecksum
  readonly #verified: NamedChecksum
  #held: Uint8Array[] = []
  #heldSize = 0
  #md5: ThreadedMd5 | undefined

  private constructor(kept: NamedChecksum, verified: NamedChecksum) {
    this.#kept = kept
    this.#verified = verified
  }

  static async start(kept: ChecksumAlgorithm, verified = kept): Promise<BodyDigests> {
    const first = await startNamed(kept)
    return new BodyDigests(first, verified === kept ? first : await startNamed(verified))
  }

  /** Don't reuse the chunk's buffer, and await the result before adding the next chunk. */
  update(chunk: Uint8Array): Promise<void> | undefined {
    const waiting = this.#updateMd5(chunk)
    this.#kept.running.update(chunk)
    if (this.#verified !== this.#kept) this.#verified.running.update(chunk)
    return waiting
  }

  async end(): Promise<Digests> {
    const md5 = this.#md5 ? await this.#md5.end() : md5Of(this.#held)
    const kept = digestOf(this.#kept)
    return {
      md5,
      ...kept,
      verified: this.#verified === this.#kept ? kept : digestOf(this.#verified),
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
    // Loaded when it is needed, because worker threads take time to load.
    const { ThreadedMd5 } = await import('./md5-threads.ts')
    const md5 = new ThreadedMd5()
    this.#md5 = md5
    const held = this.#held
    this.#held = []
    for (const chunk of held) await md5.update(chunk)
  }
}

interface NamedChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly running: RunningChecksum
}

async function startNamed(algorithm: ChecksumAlgorithm): Promise<NamedChecksum> {
  return { algorithm, running: await startChecksum(algorithm) }
}

function digestOf({ algorithm, running }: NamedChecksum) {
  return { algorithm, checksum: running.digest().toString('base64') }
}

function md5Of(chunks: readonly Uint8Array[]): string {
  const [first, ...others] = chunks
  if (first && others.length === 0) return hash('md5', first)
  const md5 = createHash('md5')
  for (const chunk of chunks) md5.update(chunk)
  return md5.digest('hex')
}
