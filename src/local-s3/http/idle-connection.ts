/**
 * Connections on which nothing moves. A client that stops in the middle of its body is told so, one that does not take
 * its answer is cut off, and while it is the server that is busy, it is waited for.
 *
 * @see https://github.com/aws/aws-sdk-java/issues/1101
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from '../../s3/index.ts'

/** Nothing read and nothing written for so long: https://errorreference.com/errors/aws/RequestTimeout */
export const IDLE_MS = 20_000

/** To be called for each request; `idleMs` is what the server's sockets time out after. */
export function watchIdle(
  message: IncomingMessage,
  response: ServerResponse,
  idleMs: number,
): void {
  const { socket } = message
  const giveUp = () => {
    if (waitsForBody(message) && !response.headersSent) {
      // Whoever reads the body fails with it, and throws away what it has of it. Destroying the message instead would
      // close the connection before the answer.
      message.emit('error', new S3Error('RequestTimeout'))
    } else if (response.headersSent && (socket.writableLength > 0 || !message.complete)) {
      socket.destroy()
    } else if (!response.writableFinished) {
      socket.setTimeout(idleMs)
    }
  }
  response.on('timeout', () => {
    const { bytesRead } = socket
    // Where this process itself stood still, timers come before what has arrived meanwhile.
    setImmediate(() => {
      if (socket.bytesRead === bytesRead) giveUp()
    })
  })
}

/** What has arrived is read, what is missing is waited for. A reader of the body listens for errors. */
function waitsForBody(message: IncomingMessage): boolean {
  return !message.complete && message.readableLength === 0 && message.listenerCount('error') > 0
}
