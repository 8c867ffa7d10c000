/**
 * Gives up a request whose bytes have stopped moving. A slow line is not a stalled one, so what counts is not how
 * long a request takes but how long nothing of it has moved.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
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
  effects: Pick<Effects, 'wait' | 'now'>,
  stallMs: number = STALL_MS,
): Send {
  return async (request) => {
    const stalled = new AbortController()
    const over = new AbortController()
    const watched = new WatchedBytes(request.size)
    const unseenMs = seesBytes(request) ? 0 : (request.size / MIN_BYTES_PER_SECOND) * 1000
    const patienceMs = stallMs * 2 ** request.stalls
    waitForStall(watched, { ...effects, unseenMs, patienceMs, signal: over.signal }).then(
      () => stalled.abort(new UploadError('STALLED', `no byte moved for ${patienceMs} ms`)),
      () => {}, // the request is over
    )
    try {
      return await send({
        ...request,
        signal: AbortSignal.any([request.signal, stalled.signal]),
        onSent: (bytes) => {
          watched.moved(bytes)
          request.onSent(bytes)
        },
      })
    } finally {
      over.abort()
    }
  }
}

class WatchedBytes {
  moves = 0
  #sent = 0
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  moved(sent: number): void {
    this.moves += 1
    this.#sent = sent
  }

  get areHandedOver(): boolean {
    return this.#sent >= this.#size
  }
}

interface Watch extends Pick<Effects, 'wait' | 'now'> {
  readonly unseenMs: number
  readonly patienceMs: number
  readonly signal: AbortSignal
}

/** Resolves when nothing has moved for `patienceMs`; rejects when the signal fires. */
async function waitForStall(
  watched: WatchedBytes,
  { wait, now, unseenMs, patienceMs, signal }: Watch,
): Promise<void> {
  const startedAt = now().getTime()
  if (unseenMs > 0) await wait(unseenMs, signal)
  let seen: number
  do {
    seen = watched.moves
    await wait(patienceMs, signal)
  } while (watched.moves > seen)
  // Bytes that have been handed over may still lie in the system's buffers: they get as long as all others took.
  if (watched.areHandedOver) await wait(now().getTime() - startedAt, signal)
}
