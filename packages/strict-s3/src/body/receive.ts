/**
 * Writes the bytes of an object or a part to a draft and computes their digests. Memory use does
 * not grow with the body size.
 *
 * @module
 */

import { BodyDigests, type Digests } from '../checksums/body-digests.ts'
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM } from '../checksums/checksum.ts'
import { type ChecksumDemand, checkChecksums } from '../checksums/checksum-demand.ts'
import type { Draft, Storage } from '../storage/storage.ts'

export interface Received {
  readonly draft: Draft
  readonly size: number
  readonly digests: Digests
}

export interface ReceiveOptions {
  readonly storage: Storage
  /** The iterable must not reuse its buffers. */
  readonly chunks: AsyncIterable<Uint8Array>
  readonly demand: ChecksumDemand
  /**
   * The checksum algorithm to store with the object.
   *
   * @default `demand`'s algorithm, or else S3's default
   */
  readonly kept?: ChecksumAlgorithm | undefined
  readonly trailers?: ReadonlyMap<string, string>
  /** Called after each chunk with the number of bytes so far. Throw to reject the body. */
  readonly checkSize?: (size: number, complete: boolean) => void
}

/**
 * Writes the body to a draft and passes it to `save`. If anything fails, the draft is discarded.
 *
 * @throws {S3Error} If reading the body, `checkSize` or a checksum fails.
 */
export async function receive<T>(
  options: ReceiveOptions,
  save: (received: Received) => Promise<T>,
): Promise<T> {
  const { storage, demand, checkSize, trailers = new Map() } = options
  const kept = options.kept ?? demand.algorithm ?? DEFAULT_ALGORITHM
  const running = await BodyDigests.start(kept, demand.algorithm)
  const draft = storage.openDraft()
  try {
    let size = 0
    for await (const chunk of options.chunks) {
      size += chunk.length
      checkSize?.(size, false)
      const hashed = running.update(chunk)
      if (hashed) await hashed
      const written = draft.write(chunk)
      if (written) await written
    }
    checkSize?.(size, true)
    const digests = await running.end()
    checkChecksums(demand, digests, trailers)
    return await save({ draft, size, digests })
  } catch (error) {
    await draft.discard()
    throw error
  } finally {
    running.close()
  }
}
