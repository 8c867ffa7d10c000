/**
 * Gives up a request whose bytes have stopped moving. A slow line is not a stalled one, so what counts is not how
 * long a request takes but how long nothing of it has moved.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import type { Effects } from './effects.ts'
import type { Send, SendRequest } from './send.ts'

/** Looked at so often: a stall is found after one to two of these. */
export const STALL_MS = 20_000
/** The slowest line worth having, for requests whose bytes cannot be seen. */
const MIN_BYTES_PER_SECOND = 4096

/**
 * @param seesBytes - Whether `send` tells of that request's bytes before its end.
 * @returns The same sender, whose requests end as `STALLED` when they do not move.
 */
export function watchStalls(
  send: Send,
  seesBytes: (request: SendRequest) => boolean,
  { wait }: Pick<Effects, 'wait'>,
  stallMs: number = STALL_MS,
): Send {
  return async (request) => {
    const stalled = new AbortController()
    const over = new AbortController()
    let moves = 0
    const watch = async () => {
      const unseenMs = seesBytes(request) ? 0 : (request.size / MIN_BYTES_PER_SECOND) * 1000
      if (unseenMs > 0) await wait(unseenMs, over.signal)
      let seen: number
      do {
        seen = moves
        await wait(stallMs, over.signal)
      } while (moves > seen)
      const seconds = Math.round(stallMs / 1000)
      stalled.abort(new UploadError('STALLED', `no byte moved for ${seconds} seconds`))
    }
    watch().catch(() => {}) // the request is over
    try {
      return await send({
        ...request,
        signal: AbortSignal.any([request.signal, stalled.signal]),
        onSent: (bytes) => {
          moves += 1
          request.onSent(bytes)
        },
      })
    } finally {
      over.abort()
    }
  }
}
