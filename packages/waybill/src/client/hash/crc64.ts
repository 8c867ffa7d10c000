/**
 * CRC64NVME of a slice of a file. Imported when the first upload goes in parts.
 *
 * @module
 */

import { formatCrc64 } from 'waybill-s3/internal/crc64'
import { startCrc64 } from 'waybill-s3/internal/start-crc64'
import { unreadable } from '../file/unreadable.ts'
import { loadHash } from './load-hash.ts'
import { readPieces } from './read-pieces.ts'

/**
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`, or `NETWORK_FAILED` when code could not be loaded.
 * @throws The signal's reason when it fires.
 */
export async function crc64Of(slice: Blob, signal: AbortSignal): Promise<string> {
  const crc = await loadHash(startCrc64)
  await readPieces(slice, signal, (bytes) => crc.update(bytes), unreadable)
  return formatCrc64(crc.value)
}
