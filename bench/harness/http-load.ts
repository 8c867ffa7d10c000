/**
 * The client: a process that sends the same call over a few connections, each one call at a time. It
 * writes to sockets and reads heads by itself, so that it costs less than any of the servers.
 *
 * @module
 */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerParent, type NodeProcess, startNode } from './node-process.ts'

/** What the parent sends at first. */
interface Setting {
  /** The bytes of a request, in Base64. */
  readonly call: string
  readonly connections: number
}

/** What the parent asks for after that. */
export interface LoadRequest {
  readonly port: number
  readonly calls: number
}

/** Starts the process. It answers each `LoadRequest` once all calls are answered. */
export async function startLoad(call: Uint8Array, connections: number): Promise<NodeProcess> {
  const load = await startNode([import.meta.filename])
  await load.ask({ call: Buffer.from(call).toString('base64'), connections } satisfies Setting)
  return load
}

/** Formats a request. */
export function requestOf(
  [method, target]: readonly [method: string, target: string],
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Buffer {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`),
    Buffer.from(body),
  ])
}

/** Sends a server's calls. */
function sender({ call, connections }: Setting): (request: LoadRequest) => Promise<void> {
  const bytes = Buffer.from(call, 'base64')
  const open = new Map<number, readonly Socket[]>()
  return async ({ port, calls }) => {
    // A server closes connections that were idle for long, while others were measured.
    const alive = (open.get(port) ?? []).filter((each) => !each.readableEnded && !each.destroyed)
    const missing = Array.from({ length: connections - alive.length }, () => connected(port))
    const sockets = [...alive, ...(await Promise.all(missing))]
    open.set(port, sockets)
    let left = calls
    const next = () => {
      left -= 1
      return left >= 0
    }
    await Promise.all(sockets.map((socket) => sendOver(socket, bytes, next)))
  }
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  // Only now: `once` throws an earlier error. A later one also closes the connection.
  return socket.on('error', () => {})
}

function sendOver(socket: Socket, call: Uint8Array, next: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const stop = (error?: Error) => {
      socket.off('data', read).off('close', closed)
      if (error) reject(error)
      else resolve()
    }
    const send = () => {
      if (next()) socket.write(call)
      else stop()
    }
    const read = (data: Buffer) => {
      text += data.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!/^HTTP\/1\.1 20\d/.test(text)) {
        return stop(new Error(`the server answered ${text.slice(0, 300)}`))
      }
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (text.length < end + 4 + length) return
      text = ''
      send()
    }
    const closed = () => stop(new Error('the server closed the connection'))
    socket.on('data', read).on('close', closed)
    send()
  })
}

if (import.meta.main) {
  let send: ((request: LoadRequest) => Promise<void>) | undefined
  answerParent('ready', async (message) => {
    if (send) await send(message as LoadRequest)
    else send = sender(message as Setting)
    return 'done'
  })
}
