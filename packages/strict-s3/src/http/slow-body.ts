/**
 * Refuses bodies that arrive extremely slowly. A connection with a byte now and then is not idle,
 * so the server would keep its draft, form or document for ever.
 *
 * The limit is far below every real line: 1 Mbit/s is 250 times as fast. It is measured in windows,
 * so that a stopped process (a debugger, a sleeping laptop) misses only one window.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from 'waybill-s3'

/** Calls `run` every `periodMs` milliseconds. Returns a function that stops this. */
export type Every = (periodMs: number, run: () => void) => () => void

/** The length of a window, in which `LEAST` bytes must arrive. */
const WINDOW_MS = 20_000
const LEAST = 10 * 1024
/** How many slow windows are allowed: a line may fail for a while. */
const SLOW_WINDOWS = 2

/** Watches the body of a request. */
export function watchPace(message: IncomingMessage, response: ServerResponse, every: Every): void {
  if (!hasBody(message)) return
  const { socket } = message
  let before = socket.bytesRead
  let slow = 0
  const stop = every(WINDOW_MS, () => {
    const arrived = socket.bytesRead - before
    before = socket.bytesRead
    slow = arrived < LEAST && waitsForClient(message, response) ? slow + 1 : 0
    if (slow < SLOW_WINDOWS) return
    stop()
    // As for idle clients: the reader of the body fails with this error and discards its data.
    if (response.headersSent) socket.destroy()
    else message.emit('error', new S3Error('RequestTimeout'))
  })
  message.once('close', stop)
}

/**
 * Tells whether the server waits for the client. While the server itself is busy, the client is not
 * slow.
 */
function waitsForClient(message: IncomingMessage, response: ServerResponse): boolean {
  if (message.complete || message.readableLength > 0) return false
  return response.headersSent || message.listenerCount('error') > 0
}

/** Tells whether a request has a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** The timer of the platform. */
export const everyPeriod: Every = (periodMs, run) => {
  const timer = setInterval(run, periodMs).unref()
  return () => clearInterval(timer)
}
