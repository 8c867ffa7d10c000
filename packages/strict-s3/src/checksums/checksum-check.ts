/**
 * Compares MD5 and checksum of a received body with those that the client sent.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { Digests } from './body-digests.ts'
import { checksumHeader } from './checksum.ts'
import { type ChecksumDemand, checksumValue } from './checksum-demand.ts'

/**
 * Checks the digests of a body.
 *
 * @param trailers - Trailing headers of the body, which has ended.
 * @throws {S3Error} `BadDigest`, `InvalidRequest`
 */
export function checkChecksums(
  demand: ChecksumDemand,
  digests: Digests,
  trailers: ReadonlyMap<string, string>,
): void {
  const md5 = Buffer.from(digests.md5, 'hex').toString('base64')
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
  if (expected !== digests.verified.checksum) {
    throw new S3Error(
      'BadDigest',
      `The ${demand.algorithm} you specified did not match the calculated checksum.`,
    )
  }
}
