/**
 * A line whose clock runs by the bytes that an uploader sends, and stands while none leave. So what
 * the uploader measures follows from the line alone: a machine that is slow, busy, or stands still
 * for a second, makes no line slow, and no outage long.
 *
 * @module
 */

import type { UploaderOptions } from 'waybill/client'

/**
 * To an uploader in Node: it then sends its files as streams.
 *
 * @param bytesPerMs - What so many connections carry together.
 */
export function lineOfBytes(bytesPerMs: (connections: number) => number) {
  let at = 0
  let sending = 0
  const fetchOver: typeof fetch = async (input, init) => {
    const body = init?.body
    if (!(body instanceof ReadableStream)) return fetch(input, init)
    let isSending = true
    const end = () => {
      if (isSending) sending -= 1
      isSending = false
    }
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        at += piece.byteLength / bytesPerMs(sending)
        controller.enqueue(piece)
      },
      flush: end,
    })
    sending += 1
    try {
      return await fetch(input, { ...init, body: body.pipeThrough(counted) })
    } finally {
      end()
    }
  }
  return { fetch: fetchOver, effects: { monotonicMs: () => at } } satisfies Partial<UploaderOptions>
}
