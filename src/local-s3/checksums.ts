/**
 * The five checksums that S3 knows, computed while bytes stream by.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @module
 */

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { IHasher } from 'hash-wasm'

/** As S3 writes them in XML and in `x-amz-checksum-algorithm`. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string
  readonly type: ChecksumType
}

/** What S3 computes when the client asks for nothing. */
export const DEFAULT_ALGORITHM = 'CRC64NVME'

/** Bytes of each checksum. */
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

/** @returns `x-amz-checksum-crc64nvme` */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** Reversed form of the NVMe polynomial; the check value of `123456789` is `ae8b14860a799888`. */
const NVME_POLYNOMIAL = '9a6c9329ac4bc9b5'
/** Castagnoli's, reversed; the check value is `e3069283`. */
const CASTAGNOLI_POLYNOMIAL = 0x82f63b78

export interface RunningChecksum {
  update(chunk: Uint8Array): void
  digest(): Buffer
}

/** Instances of WebAssembly cost more than the hashing of a small object, so they go round. */
const idle: Record<'CRC32C' | 'CRC64NVME', IHasher[]> = { CRC32C: [], CRC64NVME: [] }

/** @returns To be given bytes in order, and asked once. */
export async function startChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case 'CRC32':
      return startCrc32()
    case 'SHA1':
      return startHash('sha1')
    case 'SHA256':
      return startHash('sha256')
    default:
      return startWasm(algorithm)
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

async function startWasm(algorithm: 'CRC32C' | 'CRC64NVME'): Promise<RunningChecksum> {
  const hasher = (idle[algorithm].pop() ?? (await createHasher(algorithm))).init()
  return {
    update: (chunk) => hasher.update(chunk),
    digest: () => {
      const bytes = Buffer.from(hasher.digest('binary'))
      idle[algorithm].push(hasher)
      return bytes
    },
  }
}

async function createHasher(algorithm: 'CRC32C' | 'CRC64NVME'): Promise<IHasher> {
  // With the first body, not with the server, which is to start at once.
  const { createCRC32, createCRC64 } = await import('hash-wasm')
  return algorithm === 'CRC32C' ? createCRC32(CASTAGNOLI_POLYNOMIAL) : createCRC64(NVME_POLYNOMIAL)
}
