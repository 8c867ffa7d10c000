/**
 * CRC64NVME of a slice of a file. Imported when the first upload goes in parts, so that `hash-wasm` (of which a
 * bundler keeps this one algorithm) costs nothing before.
 *
 * @module
 */

import { createCRC64, type IHasher } from 'hash-wasm'
import { type Crc64, formatCrc64 } from '../s3/crc64.ts'
import { readPieces } from './read-pieces.ts'

/** The reflected polynomial, as `hash-wasm` wants it. */
const POLYNOMIAL = '9a6c9329ac4bc9b5'

/** Each holds memory of its own, so a few go round. */
const idle: IHasher[] = []

/** A CRC that is computed piece by piece. */
export interface RunningCrc64 {
  readonly update: (bytes: Uint8Array) => void
  /** To be called once. @returns Base64, as S3 writes it. */
  readonly end: () => string
}

export async function startCrc64(): Promise<RunningCrc64> {
  const hasher = idle.pop() ?? (await createCRC64(POLYNOMIAL))
  hasher.init()
  return {
    update: (bytes) => hasher.update(bytes),
    end: () => {
      const crc = formatCrc64(fromHex(hasher.digest('hex')))
      idle.push(hasher)
      return crc
    },
  }
}

/**
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function crc64Of(slice: Blob, signal: AbortSignal): Promise<string> {
  const { update, end } = await startCrc64()
  await readPieces(slice, signal, update)
  return end()
}

function fromHex(hex: string): Crc64 {
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8), 16) }
}
