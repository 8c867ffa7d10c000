/**
 * Reads files for hashing, with little memory and without blocking the page.
 *
 * @module
 */

import { unreadable } from '../file/file-source.ts'

/** About a millisecond of hashing: after each piece, other tasks of the page run. */
const PIECE_SIZE = 1024 ** 2

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Reads a slice piece by piece. A piece is valid only until `use` returns.
 *
 * @throws {UploadError} `FILE_UNREADABLE` when the file was moved, changed or locked meanwhile.
 * @throws The signal's reason when it fires.
 */
export async function readPieces(
  slice: Blob,
  signal: AbortSignal | undefined,
  use: (bytes: Bytes) => void,
): Promise<void> {
  // No BYOB reader: in Chromium 156 such a read sometimes never ends.
  const reader = slice.stream().getReader()
  try {
    const inPage = globalThis.document !== undefined
    const used = yieldEach(PIECE_SIZE)
    for (;;) {
      signal?.throwIfAborted()
      const { value: bytes } = await reader.read().catch((cause: unknown) => {
        throw unreadable(cause)
      })
      if (!bytes) return
      for (let from = 0; from < bytes.length; from += PIECE_SIZE) {
        const piece = bytes.subarray(from, from + PIECE_SIZE)
        use(piece)
        if (inPage) await used(piece.length)
      }
      if (inPage) release(bytes)
    }
  } finally {
    reader.cancel().catch(() => {}) // the stream had failed before
  }
}

let nowhere: MessagePort | undefined

/**
 * Frees a buffer immediately by transferring it to a closed port. Otherwise Chromium keeps hundreds
 * of megabytes until it collects garbage; `ArrayBuffer.transfer(0)` makes this worse, because the
 * memory is no longer counted.
 */
export function release({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
  if (byteLength < buffer.byteLength) return
  if (!nowhere) {
    const { port1, port2 } = new MessageChannel()
    port2.close()
    nowhere = port1
  }
  nowhere.postMessage(undefined, [buffer])
}

/** Chromium and Firefox have `scheduler`; TypeScript's DOM library does not have it yet. */
interface Page extends Pick<typeof globalThis, 'MessageChannel'> {
  readonly scheduler?: { readonly yield?: () => Promise<void> }
}

/**
 * @returns A function to await with the number of bytes used: it yields after each `size` bytes.
 */
function yieldEach(size: number): (bytes: number) => Promise<void> | undefined {
  let sinceYield = 0
  return (bytes) => {
    sinceYield += bytes
    if (sinceYield < size) return undefined
    sinceYield = 0
    return yieldToPage()
  }
}

/** Without yielding, reads that return at once add up to tasks of hundreds of milliseconds. */
export async function yieldToPage({ scheduler, MessageChannel }: Page = globalThis): Promise<void> {
  if (scheduler?.yield) return scheduler.yield()
  // No timer: they fire once a second in background pages.
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })
  port1.close()
}
