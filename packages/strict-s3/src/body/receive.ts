/**
 * Receives the bytes of an object or a part: writes them to a draft and computes their digests, in
 * constant memory.
 *
 * @module
 */

import { BodyDigests, type Digests } from '../checksums/body-digests.ts'
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM } from '../checksums/checksum.ts'
import { checkChecksums } from '../checksums/checksum-check.ts'
import type { ChecksumDemand } from '../checksums/checksum-demand.ts'
import type { ChunkSink } from '../storage/chunk-sink.ts'
import type { Draft, Storage } from '../storage/storage.ts'

/** What was received, and its digests. */
export interface Received {
  readonly draft: Draft
  readonly size: number
  readonly digests: Digests
}

/** Options of `receive`. */
export interface ReceiveOptions {
  readonly storage: Storage
  /** The bytes, or a function that passes them on. Their buffers must not be reused. */
  readonly chunks: AsyncIterable<Uint8Array> | ((take: ChunkSink) => Promise<void>)
  readonly demand: ChecksumDemand
  /**
   * The checksum algorithm to store.
   * @default the demanded one, or S3's default
   */
  readonly kept?: ChecksumAlgorithm | undefined
  readonly trailers?: ReadonlyMap<string, string>
  /** Called after each chunk with the bytes so far; may throw. */
  readonly checkSize?: (size: number, complete: boolean) => void
}

/**
 * Receives the bytes and calls `save` with the draft. Discards the draft when a step fails.
 *
 * @throws {S3Error} The error of the body, of `checkSize` or of the checksums; nothing is stored
 *   then.
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
    const take = async (chunk: Uint8Array): Promise<void> => {
      size += chunk.length
      checkSize?.(size, false)
      const hashed = running.update(chunk)
      if (hashed) await hashed
      const written = draft.write(chunk)
      if (written) await written
    }
    if (typeof options.chunks === 'function') await options.chunks(take)
    else for await (const chunk of options.chunks) await take(chunk)
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
