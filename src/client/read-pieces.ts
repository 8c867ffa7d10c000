/**
 * Reads a slice of a file piece by piece, for hashes: memory stays flat and a page smooth.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'

/**
 * @throws {UploadError} `FILE_UNREADABLE` when the file was moved, changed or locked after it was chosen.
 * @throws The signal's reason when it fires.
 */
export async function* readPieces(slice: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = slice.stream().getReader()
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (cause) {
    signal.throwIfAborted()
    throw unreadable(cause)
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** @throws {UploadError} `FILE_UNREADABLE` */
export async function readWhole(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer()
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause: unknown): UploadError {
  return new UploadError('FILE_UNREADABLE', 'the file changed or cannot be read any more', {
    cause,
  })
}
