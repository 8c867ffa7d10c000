/**
 * Reads files for hashing, with little memory and without blocking the page.
 *
 * @module
 */

import { unreadable } from '../file/file-source.ts'

/** Hashing a piece takes about a millisecond. The page's other tasks can run between pieces. */
const PIECE_SIZE = 1024 ** 2

type Bytes = Uint8Array<ArrayBuffer>

/**
 * @param use - Receives each piece. The piece is valid only until `use` returns.
 * @throws {UploadError} `FILE_UNREADABLE` when the file was moved, changed or locked.
 */
export async function readPieces(
  slice: Blob,
  signal: AbortSignal | undefined,
  use: (bytes: Bytes) => void,
): Promise<void> {
  // Do not use a BYOB reader: in Chromium 156, its reads sometimes never resolve.
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
    reader.cancel().catch(() => {}) // the stream had already failed
  }
}

let nowhere: MessagePort | undefined

/**
 * Frees a buffer immediately by transferring it to a closed port. Otherwise, Chromium keeps
 * hundreds of megabytes until its next garbage collection. `ArrayBuffer.transfer(0)` makes this
 * worse, because Chromium then stops counting the memory.
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

/** Chromium and Firefox have `scheduler`, but TypeScript's DOM library does not. */
interface Page extends Pick<typeof globalThis, 'MessageChannel'> {
  readonly scheduler?: { readonly yield?: () => Promise<void> }
}

function yieldEach(size: number): (bytes: number) => Promise<void> | undefined {
  let sinceYield = 0
  return (bytes) => {
    sinceYield += bytes
    if (sinceYield < size) return undefined
    sinceYield = 0
    return yieldToPage()
  }
}

/**
 * Lets the page's other tasks run. Without this, reads that resolve immediately would keep the page
 * busy for hundreds of milliseconds.
 */
export async function yieldToPage({ scheduler, MessageChannel }: Page = globalThis): Promise<void> {
  if (scheduler?.yield) return scheduler.yield()
  // Do not use a timer: in background pages, timers fire only once a second.
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })
  port1.close()
}
