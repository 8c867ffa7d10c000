/**
 * Handles clients that stall. A client that stops in the middle of its body, or sends it extremely
 * slowly, gets an error. Otherwise the server would keep its draft, form or document forever. A
 * client that does not read its response is disconnected. A client that is waiting for the server
 * stays connected.
 *
 * @see https://github.com/aws/aws-sdk-java/issues/1101
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from 'waybill-s3'

/**
 * A connection is idle after this many milliseconds without a byte in either direction:
 * https://errorreference.com/errors/aws/RequestTimeout
 */
export const IDLE_MS = 20_000

/** @param idleMs - The timeout of the server's sockets. */
export function watchIdle(
  message: IncomingMessage,
  response: ServerResponse,
  idleMs: number,
): void {
  const { socket } = message
  const giveUp = () => {
    if (waitsForBody(message) && !response.headersSent) {
      // Makes the body's reader fail with this error and discard its data. `destroy` would close
      // the connection before the response is sent.
      message.emit('error', new S3Error('RequestTimeout'))
    } else if (response.headersSent && (socket.writableLength > 0 || !message.complete)) {
      socket.destroy()
    } else if (!response.writableFinished) {
      socket.setTimeout(idleMs)
    }
  }
  response.on('timeout', () => {
    const { bytesRead } = socket
    // If this process was paused, timers run before the data that arrived in the meantime is read.
    setImmediate(() => {
      if (socket.bytesRead === bytesRead) giveUp()
    })
  })
}

/** Anything that reads the body listens for `error` events. */
function waitsForBody(message: IncomingMessage): boolean {
  return !message.complete && message.readableLength === 0 && message.listenerCount('error') > 0
}

/** Calls `run` every `periodMs` milliseconds. Returns a function that stops it. */
export type Every = (periodMs: number, run: () => void) => () => void

/**
 * In each window of this many milliseconds, at least `LEAST` bytes must arrive. Any real connection
 * is far faster. A process that was suspended (by a debugger or a sleeping laptop) only misses one
 * window.
 */
const WINDOW_MS = 20_000
const LEAST = 10 * 1024
/**
 * This many slow windows in a row end the request. A single one is tolerated, because a connection
 * may fail for a while.
 */
const SLOW_WINDOWS = 2

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
    // As with idle clients, this makes the body's reader fail and discard its data.
    if (response.headersSent) socket.destroy()
    else message.emit('error', new S3Error('RequestTimeout'))
  })
  message.once('close', stop)
}

/** A client is not considered slow while the server itself is busy. */
function waitsForClient(message: IncomingMessage, response: ServerResponse): boolean {
  if (message.complete || message.readableLength > 0) return false
  return response.headersSent || message.listenerCount('error') > 0
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

export const everyPeriod: Every = (periodMs, run) => {
  const timer = setInterval(run, periodMs).unref()
  return () => clearInterval(timer)
}
