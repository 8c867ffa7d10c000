/**
 * CRC64NVME of a slice of a file. Imported when the first upload goes in parts.
 *
 * @module
 */

import { formatCrc64 } from '../../s3/crc64/crc64.ts'
import { RunningCrc64 } from '../../s3/crc64/running-crc64.ts'
import { readPieces } from './read-pieces.ts'

/**
 * @returns Base64, as S3 writes it.
 * @throws {UploadError} `FILE_UNREADABLE`
 * @throws The signal's reason when it fires.
 */
export async function crc64Of(slice: Blob, signal: AbortSignal): Promise<string> {
  const crc = new RunningCrc64()
  await readPieces(slice, signal, (bytes) => crc.update(bytes))
  return formatCrc64(crc.value)
}
