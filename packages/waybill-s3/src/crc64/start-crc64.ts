/**
 * Computes CRC64NVME in WebAssembly, or in plain JavaScript where WebAssembly is not allowed.
 *
 * @module
 */

import { hasWebAssembly } from '../web-assembly.ts'
import { type Crc64, POLYNOMIAL } from './crc64.ts'
import { RunningCrc64 } from './running-crc64.ts'

export interface CrcInPieces {
  update(bytes: Uint8Array): void
  readonly value: Crc64
}

/** Rejects if the JavaScript implementation, which is a separate chunk, cannot be loaded. */
export async function startCrc64(): Promise<CrcInPieces> {
  if (hasWebAssembly()) return new RunningCrc64()
  const { TableCrc64 } = await import('./table-crc64.ts')
  return new TableCrc64(POLYNOMIAL)
}
