/**
 * Computes an object's checksum from its parts' checksums, without reading the bytes again. For a
 * full-object checksum, the parts' CRCs are combined. A composite checksum is the checksum of the
 * parts' checksums, followed by the number of parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @module
 */

import {
  type CombineCrcs,
  CRC64_OF_NOTHING,
  type Crc64,
  combineCrc64,
  crcCombiner,
} from 'waybill-s3/internal/crc64'
import {
  CHECKSUMS,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
  startChecksum,
} from './checksum.ts'

export interface SummedPart {
  /** In bytes. */
  readonly size: number
  readonly checksum: { readonly value: string }
}

/** @param parts - In order, and all with the same algorithm. */
export async function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly SummedPart[],
): Promise<Checksum> {
  if (type === 'FULL_OBJECT') return { algorithm, type, value: combineCrcs(algorithm, parts) }
  const whole = await startChecksum(algorithm)
  for (const part of parts) whole.update(Buffer.from(part.checksum.value, 'base64'))
  return { algorithm, type, value: `${whole.digest().toString('base64')}-${parts.length}` }
}

/** 32-bit polynomials are in the low half, in reflected form. */
const COMBINE: Readonly<Partial<Record<ChecksumAlgorithm, CombineCrcs>>> = {
  CRC32: crcCombiner({ high: 0, low: 0xedb88320 }),
  CRC32C: crcCombiner({ high: 0, low: 0x82f63b78 }),
  CRC64NVME: combineCrc64,
}

function combineCrcs(algorithm: ChecksumAlgorithm, parts: readonly SummedPart[]): string {
  const combine = COMBINE[algorithm]
  if (!combine) throw new RangeError(`${algorithm} checksums of parts cannot be combined`)
  const bytes = CHECKSUMS[algorithm].size
  const crcOf = (value: string): Crc64 => {
    const padded = Buffer.concat([Buffer.alloc(8 - bytes), Buffer.from(value, 'base64')])
    return { high: padded.readUInt32BE(0), low: padded.readUInt32BE(4) }
  }
  const whole = parts.reduce(
    (crc, { size, checksum }) => combine(crc, crcOf(checksum.value), size),
    CRC64_OF_NOTHING,
  )
  const padded = Buffer.alloc(8)
  padded.writeUInt32BE(whole.high, 0)
  padded.writeUInt32BE(whole.low, 4)
  return padded.subarray(8 - bytes).toString('base64')
}
