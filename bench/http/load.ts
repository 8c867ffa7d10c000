/**
 * The client: a process that sends the same call over 32 connections, each one call at a time. It
 * writes to sockets and reads heads by itself, so that it costs less than any of the servers.
 *
 * @module
 */

import { connect, type Socket } from 'node:net'
import { answerParent } from '../harness/node-process.ts'
import { BODY, HEADERS, PATH } from './workload.ts'

const CONNECTIONS = 32

/** What the parent asks for. */
export interface LoadRequest {
  readonly port: number
  readonly calls: number
}

const head = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
const CALL = Buffer.from(
  `POST ${PATH} HTTP/1.1\r\n${head.join('')}content-length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY}`,
)

/** Sends `calls` calls, and resolves when all are answered. */
async function send({ port, calls }: LoadRequest): Promise<void> {
  let left = calls
  const next = () => {
    left -= 1
    return left >= 0
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, () => sendOver(port, next)))
}

function sendOver(port: number, next: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', reject)
    socket.once('close', () => resolve())
    const call = () => (next() ? socket.write(CALL) : socket.end())
    socket.once('connect', call)
    readAnswers(socket, call, reject)
  })
}

function readAnswers(socket: Socket, answered: () => void, fail: (error: Error) => void): void {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (data: string) => {
    text = text === '' ? data : text + data
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
    if (length === undefined || !/^HTTP\/1\.1 20[01]/.test(text)) {
      return fail(new Error(`the server answered ${text.slice(0, 300)}`))
    }
    if (text.length < end + 4 + Number(length)) return
    text = ''
    answered()
  })
}

answerParent('ready', async (request) => {
  await send(request as LoadRequest)
  return 'sent'
})
