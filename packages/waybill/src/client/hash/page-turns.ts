/**
 * Keeps a page responsive and its memory small while it reads files.
 *
 * @module
 */

let nowhere: MessagePort | undefined

/**
 * Frees a buffer at once, by sending it to a closed port. Otherwise Chromium keeps hundreds of
 * megabytes until it collects garbage; `ArrayBuffer.transfer(0)` makes that worse, because the
 * memory is then not counted.
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

/** `scheduler` is in Chromium and Firefox, and not in TypeScript's DOM library yet. */
interface Page extends Pick<typeof globalThis, 'MessageChannel'> {
  readonly scheduler?: { readonly yield?: () => Promise<void> }
}

interface Turns {
  /** Call it with the number of bytes that were used, and await it. */
  readonly used: (bytes: number) => Promise<void> | undefined
  readonly release: typeof release
}

/** Lets other tasks of the page run after each `size` bytes. */
export function turnsOfPage(size: number): Turns {
  let sinceTurn = 0
  const used = (bytes: number) => {
    sinceTurn += bytes
    if (sinceTurn < size) return undefined
    sinceTurn = 0
    return yieldToPage()
  }
  return { used, release }
}

/** Without this, reads that return at once make one task of hundreds of milliseconds. */
export async function yieldToPage({ scheduler, MessageChannel }: Page = globalThis): Promise<void> {
  if (scheduler?.yield) return scheduler.yield()
  // Not by a timer: a page in the background gets one a second.
  const { port1, port2 } = new MessageChannel()
  await new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })
  port1.close()
}
