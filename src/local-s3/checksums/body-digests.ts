/**
 * The digests of what is stored: MD5 for the ETag, the checksum that is kept, and the one that the client wants verified
 * where that is of another kind.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, type RunningChecksum, startChecksum } from './checksum.ts'
import { ThreadedMd5 } from './md5-threads.ts'

export interface Digests {
  /** Hex. */
  readonly md5: string
  /** Of the checksum that is kept. */
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly checksum: string
  /** The checksum that the client named; the kept one where it named none. */
  readonly verified: { readonly algorithm: ChecksumAlgorithm; readonly checksum: string }
}

/** A thread costs more than it saves below this. */
const MAX_INLINE_SIZE = 1024 * 1024

/** Of a body of unknown length. Close it, whatever happens. */
export class BodyDigests {
  readonly #kept: NamedChecksum
  readonly #verified: NamedChecksum
  /** For the MD5, as long as it may be a small body. */
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

  /** The chunk must not be written into again. Wait for what is returned before the next. */
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
  const md5 = createHash('md5')
  for (const chunk of chunks) md5.update(chunk)
  return md5.digest('hex')
}
