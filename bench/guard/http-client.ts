/**
 * A thread that sends the same request again and again, over a few connections. In a thread of its
 * own its CPU time does not count.
 *
 * @module
 */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/** What the thread gets at its start; then the number of requests of each batch. */
export interface Sending {
  readonly port: number
  readonly request: Uint8Array
}

/** Enough that the server does not wait for the client. */
const CONNECTIONS = 4

const { port, request }: Sending = workerData
const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1'))
await Promise.all(sockets.map((socket) => once(socket.setNoDelay(), 'connect')))

let left = 0

async function send(socket: Socket): Promise<void> {
  while (left > 0) {
    left -= 1
    socket.write(request)
    await answerOf(socket)
  }
}

async function answerOf(socket: Socket): Promise<void> {
  let text = ''
  for (;;) {
    const [chunk] = await once(socket, 'data')
    text += chunk.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) continue
    if (!/^HTTP\/1\.1 20\d/.test(text)) throw new Error(`the answer was ${text}`)
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
    if (text.length >= end + 4 + length) return
  }
}

parentPort?.on('message', async (count: number) => {
  left = count
  await Promise.all(sockets.map(send))
  parentPort?.postMessage('done')
})
parentPort?.postMessage('ready')
