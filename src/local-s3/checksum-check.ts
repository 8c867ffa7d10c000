/**
 * The ETag and the checksum of bytes that stream by, compared with what the client demanded.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { S3Error } from '../s3/index.ts'
import { type ChecksumDemand, checksumValue } from './checksum-demand.ts'
import {
  type ChecksumAlgorithm,
  checksumHeader,
  DEFAULT_ALGORITHM,
  startChecksum,
} from './checksums.ts'

export interface Digests {
  readonly md5: Buffer
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly checksum: string
}

export interface RunningDigests {
  update(chunk: Uint8Array): void
  digest(): Digests
}

/** @param fallback - The algorithm where the client names none. */
export async function startChecksums(
  demand: ChecksumDemand,
  fallback: ChecksumAlgorithm = DEFAULT_ALGORITHM,
): Promise<RunningDigests> {
  const algorithm = demand.algorithm ?? fallback
  const md5 = createHash('md5')
  const checksum = await startChecksum(algorithm)
  return {
    update: (chunk) => {
      md5.update(chunk)
      checksum.update(chunk)
    },
    digest: () => ({
      md5: md5.digest(),
      algorithm,
      checksum: checksum.digest().toString('base64'),
    }),
  }
}

/**
 * @param trailers - Of the body, which has ended.
 * @throws {S3Error} `BadDigest`, `InvalidRequest`
 */
export function checkChecksums(
  demand: ChecksumDemand,
  digests: Digests,
  trailers: ReadonlyMap<string, string>,
): void {
  const md5 = digests.md5.toString('base64')
  if (demand.md5 !== undefined && demand.md5 !== md5) {
    throw new S3Error(
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
      { ExpectedDigest: demand.md5, CalculatedDigest: md5 },
    )
  }
  if (demand.algorithm === undefined) return
  const expected = demand.inTrailer
    ? checksumValue(demand.algorithm, trailers.get(checksumHeader(demand.algorithm)))
    : demand.value
  if (expected !== digests.checksum) {
    throw new S3Error(
      'BadDigest',
      `The ${demand.algorithm} you specified did not match the calculated checksum.`,
    )
  }
}
