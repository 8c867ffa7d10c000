/**
 * Reads files for hashes so that memory stays flat and a page smooth.
 *
 * @module
 */

/** About a millisecond of hashing: after so much, the page has its turn. */
const PIECE_SIZE = 1024 ** 2

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Hands a slice over piece by piece. A piece is valid only until the callback returns.
 *
 * @param unreadable - Makes the failure. Given, not imported: see "chunk" in docs/decisions.md.
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
    let sinceYield = 0
    for (;;) {
      signal?.throwIfAborted()
      const { value: bytes } = await reader.read().catch((cause: unknown) => {
        throw unreadable(cause)
      })
      if (!bytes) return
      for (let from = 0; from < bytes.length; from += PIECE_SIZE) {
        const piece = bytes.subarray(from, from + PIECE_SIZE)
        use(piece)
        sinceYield += piece.length
        if (sinceYield < PIECE_SIZE) continue
        sinceYield = 0
        await yieldToPage()
      }
      release(bytes)
    }
  } finally {
    reader.cancel().catch(() => {}) // it had failed or ended before
  }
}

let nowhere: MessagePort | undefined

/**
 * Frees a buffer at once, by sending it to a closed port. Chromium else keeps hundreds of megabytes
 * until it collects garbage; `ArrayBuffer.transfer(0)` makes that worse, as the memory is not
 * counted.
 */
function release({ buffer, byteLength }: Bytes): void {
  if (!globalThis.document || byteLength < buffer.byteLength) return
  if (!nowhere) {
    const { port1, port2 } = new MessageChannel()
    port2.close()
    nowhere = port1
  }
  nowhere.postMessage(undefined, [buffer])
}

/** Without this, reads that return at once make one task of hundreds of milliseconds. */
async function yieldToPage(): Promise<void> {
  if (!globalThis.document) return
  if ('scheduler' in globalThis && canYield(globalThis.scheduler)) {
    return globalThis.scheduler.yield()
  }
  // Not by a timer: a page in the background gets one a second.
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })
  port1.close()
}

/** In Chromium and Firefox; not in TypeScript's DOM library yet. */
function canYield(scheduler: unknown): scheduler is { yield(): Promise<void> } {
  return typeof scheduler === 'object' && scheduler !== null && 'yield' in scheduler
}
