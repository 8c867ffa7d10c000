/**
 * Bodies that come drop by drop. A byte now and then keeps a connection from being idle, and would hold a draft, a form
 * or a document for ever.
 *
 * The limit is far below any line: 5 GiB at 1 Mbit/s come at 250 times of it. It is measured in windows, so that a
 * process that was stopped (a debugger, a laptop asleep) has missed one window and not all the time that went by.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from '../../s3/index.ts'

/** Calls `run` again and again. @returns Stops it. */
export type Every = (periodMs: number, run: () => void) => () => void

/** What has to come in a window of so long. */
const WINDOW_MS = 20_000
const LEAST = 10 * 1024
/** A line may be gone for a while. */
const SLOW_WINDOWS = 2

/** To be called for each request. */
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
    // As for idle clients: the reader of the body fails with it, and throws away what it has.
    if (response.headersSent) socket.destroy()
    else message.emit('error', new S3Error('RequestTimeout'))
  })
  message.once('close', stop)
}

/** While the server itself is busy, its client is not slow. */
function waitsForClient(message: IncomingMessage, response: ServerResponse): boolean {
  if (message.complete || message.readableLength > 0) return false
  return response.headersSent || message.listenerCount('error') > 0
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** The clock of the machine. */
export const everyPeriod: Every = (periodMs, run) => {
  const timer = setInterval(run, periodMs).unref()
  return () => clearInterval(timer)
}
