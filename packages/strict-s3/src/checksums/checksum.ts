/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @module
 */

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { IHasher } from 'hash-wasm'
import { formatCrc64 } from 'waybill-s3/internal/crc64'
import { RunningCrc64 } from 'waybill-s3/internal/running-crc64'

/** The names match S3's XML and `x-amz-checksum-algorithm`. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'

/** Whether a checksum is computed from the whole object or from its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** In base64. A composite checksum ends with `-` and the number of parts. */
  readonly value: string
  readonly type: ChecksumType
}

export const DEFAULT_ALGORITHM = 'CRC64NVME'

/** In bytes. */
export const CHECKSUM_SIZES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

export const ALGORITHMS = Object.keys(CHECKSUM_SIZES).filter(isChecksumAlgorithm)

export function isChecksumAlgorithm(text: string): text is ChecksumAlgorithm {
  return Object.hasOwn(CHECKSUM_SIZES, text)
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** The reflected CRC32C polynomial. CRC32C's check value is `e3069283`. */
const CASTAGNOLI_POLYNOMIAL = 0x82f63b78

/** Call `digest` only once, at the end. */
export interface RunningChecksum {
  update(chunk: Uint8Array): void
  digest(): Buffer
}

export async function startChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case 'CRC32':
      return startCrc32()
    case 'SHA1':
      return startHash('sha1')
    case 'SHA256':
      return startHash('sha256')
    case 'CRC32C':
      return startCrc32C()
    case 'CRC64NVME':
      return startCrc64()
  }
}

function startCrc32(): RunningChecksum {
  let value = 0
  return {
    update: (chunk) => {
      value = crc32(chunk, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

function startHash(name: 'sha1' | 'sha256' | 'md5'): RunningChecksum {
  const hash = createHash(name)
  return { update: (chunk) => hash.update(chunk), digest: () => hash.digest() }
}

function startCrc64(): RunningChecksum {
  const crc = new RunningCrc64()
  return {
    update: (chunk) => crc.update(chunk),
    digest: () => Buffer.from(formatCrc64(crc.value), 'base64'),
  }
}

/**
 * Hashers are reused, because creating a WebAssembly instance takes longer than hashing a small
 * object.
 */
const idle: IHasher[] = []

async function startCrc32C(): Promise<RunningChecksum> {
  const hasher = (idle.pop() ?? (await createCrc32C())).init()
  return {
    update: (chunk) => hasher.update(chunk),
    digest: () => {
      const bytes = Buffer.from(hasher.digest('binary'))
      idle.push(hasher)
      return bytes
    },
  }
}

async function createCrc32C(): Promise<IHasher> {
  // Loaded with the first body, so that the server starts faster.
  const { createCRC32 } = await import('hash-wasm')
  return createCRC32(CASTAGNOLI_POLYNOMIAL)
}
