/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @module
 */

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { IHasher } from 'hash-wasm'
import { RunningCrc64 } from 'waybill-s3/internal/running-crc64'

/** The names match S3's XML and `x-amz-checksum-algorithm`. */
export type ChecksumAlgorithm = keyof typeof CHECKSUMS

/** Whether a checksum is computed from the whole object or from its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** In base64. A composite checksum ends with `-` and the number of parts. */
  readonly value: string
  readonly type: ChecksumType
}

export const DEFAULT_ALGORITHM = 'CRC64NVME'

/** The reflected CRC32C polynomial. CRC32C's check value is `e3069283`. */
const CASTAGNOLI = 0x82f63b78

interface Algorithm {
  /** In bytes. */
  readonly size: number
  /** The types that a multipart upload can use. The first one is the default. */
  readonly types: readonly ChecksumType[]
  readonly start: () => RunningChecksum | Promise<RunningChecksum>
}

const WHOLE = 'FULL_OBJECT'
const PARTS = 'COMPOSITE'

/** hash-wasm's digests are in the byte order that the AWS Common Runtime uses. */
export const CHECKSUMS = {
  CRC32: { size: 4, types: [PARTS, WHOLE], start: startCrc32 },
  CRC32C: { size: 4, types: [PARTS, WHOLE], start: wasm((lib) => lib.createCRC32(CASTAGNOLI)) },
  CRC64NVME: { size: 8, types: [WHOLE], start: startCrc64 },
  MD5: { size: 16, types: [PARTS], start: () => startHash('md5') },
  SHA1: { size: 20, types: [PARTS], start: () => startHash('sha1') },
  SHA256: { size: 32, types: [PARTS], start: () => startHash('sha256') },
  SHA512: { size: 64, types: [PARTS], start: () => startHash('sha512') },
  XXHASH128: { size: 16, types: [PARTS], start: wasm((lib) => lib.createXXHash128()) },
  XXHASH3: { size: 8, types: [PARTS], start: wasm((lib) => lib.createXXHash3()) },
  XXHASH64: { size: 8, types: [PARTS], start: wasm((lib) => lib.createXXHash64()) },
} satisfies Readonly<Record<string, Algorithm>>

export const ALGORITHMS = Object.keys(CHECKSUMS).filter(isChecksumAlgorithm)

export function isChecksumAlgorithm(text: string): text is ChecksumAlgorithm {
  return Object.hasOwn(CHECKSUMS, text)
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

export function typesOf(algorithm: ChecksumAlgorithm): readonly ChecksumType[] {
  return CHECKSUMS[algorithm].types
}

/** Call `digest` only once, at the end. */
export interface RunningChecksum {
  update(chunk: Uint8Array): void
  digest(): Buffer
}

export async function startChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  return CHECKSUMS[algorithm].start()
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

function startHash(name: 'md5' | 'sha1' | 'sha256' | 'sha512'): RunningChecksum {
  const hash = createHash(name)
  return { update: (chunk) => hash.update(chunk), digest: () => hash.digest() }
}

function startCrc64(): RunningChecksum {
  const crc = new RunningCrc64()
  return {
    update: (chunk) => crc.update(chunk),
    digest: () => {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(crc.value.high)
      bytes.writeUInt32BE(crc.value.low, 4)
      return bytes
    },
  }
}

/**
 * Hashers are reused, because creating a WebAssembly instance takes longer than hashing a small
 * object.
 */
function wasm(
  create: (library: typeof import('hash-wasm')) => Promise<IHasher>,
): () => Promise<RunningChecksum> {
  const idle: IHasher[] = []
  return async () => {
    // The library is loaded with the first body, so that the server starts faster.
    const hasher = (idle.pop() ?? (await create(await import('hash-wasm')))).init()
    return {
      update: (chunk) => hasher.update(chunk),
      digest: () => {
        const bytes = Buffer.from(hasher.digest('binary'))
        idle.push(hasher)
        return bytes
      },
    }
  }
}
