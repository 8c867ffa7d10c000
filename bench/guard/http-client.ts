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
const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, connected))

let left = 0

async function connected(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  // Only now: its error before is the one that `once` throws.
  return socket.on('error', () => {})
}

/** A server closes connections that have long been idle: those of the other are measured then. */
async function revive(): Promise<void> {
  for (const [index, socket] of sockets.entries()) {
    if (socket.readableEnded || socket.destroyed) sockets[index] = await connected()
  }
}

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
    const chunk = await nextChunk(socket)
    text += chunk.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) continue
    if (!/^HTTP\/1\.1 20\d/.test(text)) throw new Error(`the answer was ${text}`)
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
    if (text.length >= end + 4 + length) return
  }
}

function nextChunk(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('the server closed the connection'))
    socket.once('close', closed)
    socket.once('data', (chunk) => {
      socket.off('close', closed)
      resolve(chunk)
    })
  })
}

parentPort?.on('message', async (count: number) => {
  await revive()
  left = count
  await Promise.all(sockets.map(send))
  parentPort?.postMessage('done')
})
parentPort?.postMessage('ready')
