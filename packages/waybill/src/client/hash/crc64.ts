import { formatCrc64 } from 'waybill-s3/internal/crc64'
import { startCrc64 } from 'waybill-s3/internal/running-crc64'
import { loadChunk } from '../load-chunk.ts'
import { readPieces } from './read-pieces.ts'

/** @returns Base64, as in S3's headers. */
export async function crc64Of(slice: Blob, signal: AbortSignal): Promise<string> {
  const crc = await loadChunk(startCrc64, undefined, signal)
  await readPieces(slice, signal, (bytes) => crc.update(bytes))
  return formatCrc64(crc.value)
}
