/**
 * Reads files for hashes, so that memory stays small and the page responsive.
 *
 * @module
 */

import { turnsOfPage } from './page-turns.ts'

/** About a millisecond of hashing: after so many bytes, other tasks of the page run. */
const PIECE_SIZE = 1024 ** 2

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Hands a slice over piece by piece. A piece is valid only until the callback returns.
 *
 * @param unreadable - Makes the failure. Given, not imported: see "chunk" in docs/project/decisions.md.
 * @throws {UploadError} `FILE_UNREADABLE` when the file was moved, changed or locked meanwhile.
 * @throws The signal's reason when it fires.
 */
export async function readPieces(
  slice: Blob,
  signal: AbortSignal | undefined,
  use: (bytes: Bytes) => void,
  unreadable: (cause: unknown) => Error,
): Promise<void> {
  // Not with a buffer of our own: in Chromium 156 such a read now and then never ends.
  const reader = slice.stream().getReader()
  try {
    const page = globalThis.document ? turnsOfPage(PIECE_SIZE) : undefined
    for (;;) {
      signal?.throwIfAborted()
      const { value: bytes } = await reader.read().catch((cause: unknown) => {
        throw unreadable(cause)
      })
      if (!bytes) return
      for (let from = 0; from < bytes.length; from += PIECE_SIZE) {
        const piece = bytes.subarray(from, from + PIECE_SIZE)
        use(piece)
        await page?.used(piece.length)
      }
      page?.release(bytes)
    }
  } finally {
    reader.cancel().catch(() => {}) // it had failed or ended before
  }
}
