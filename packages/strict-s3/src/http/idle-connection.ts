/**
 * Handles idle connections. A client that stops in the middle of its body gets an error. A client
 * that does not read its response is disconnected. While the server itself is busy, the connection
 * stays open.
 *
 * @see https://github.com/aws/aws-sdk-java/issues/1101
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from 'waybill-s3'

/**
 * Milliseconds without a byte in either direction:
 * https://errorreference.com/errors/aws/RequestTimeout
 */
export const IDLE_MS = 20_000

/** Watches the connection of a request. `idleMs` is the timeout of the server's sockets. */
export function watchIdle(
  message: IncomingMessage,
  response: ServerResponse,
  idleMs: number,
): void {
  const { socket } = message
  const giveUp = () => {
    if (waitsForBody(message) && !response.headersSent) {
      // The reader of the body fails with this error and discards its data. `destroy` would close
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
    // After a pause of this process, timers run before the data that arrived in the meantime.
    setImmediate(() => {
      if (socket.bytesRead === bytesRead) giveUp()
    })
  })
}

/**
 * Tells whether the request waits for more of its body. A reader of the body listens for errors.
 */
function waitsForBody(message: IncomingMessage): boolean {
  return !message.complete && message.readableLength === 0 && message.listenerCount('error') > 0
}
