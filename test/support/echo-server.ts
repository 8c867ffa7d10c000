/**
 * A server behind the proxy that writes down what reached it, and answers with a text.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface ReachedRequest {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Whether the whole body came. */
  readonly whole: boolean
}

export interface EchoServer {
  readonly endpoint: string
  readonly reached: readonly ReachedRequest[]
  close(): Promise<void>
}

export type Answering = (incoming: IncomingMessage, outgoing: ServerResponse) => void

export function redirectTo(url: string): Answering {
  return (_, outgoing) => outgoing.writeHead(307, { location: url }).end()
}

/** What a signer answers that grants one form to wherever it is told. */
export function granting(url: string): Answering {
  const grant = {
    waybill: 'w',
    key: 'k',
    expiration: '2026-01-01T00:00:00Z',
    strategy: 'post',
    presignedPost: { url, fields: { key: 'k' } },
  }
  return (_, outgoing) => outgoing.end(JSON.stringify({ uploads: [grant] }))
}

/** Answers without end, and notes how many bytes went out before the client hung up. */
export function endless(status: number, text: string) {
  let sent = 0
  const hungUp = Promise.withResolvers<number>()
  const answer: Answering = (_, outgoing) => {
    const piece = Buffer.alloc(64 * 1024, text)
    outgoing.writeHead(status, { 'content-type': 'application/xml' })
    const write = () => {
      do sent += piece.length
      while (outgoing.write(piece))
    }
    outgoing.on('drain', write)
    outgoing.on('close', () => hungUp.resolve(sent))
    write()
  }
  return { answer, hungUp: hungUp.promise }
}

/** @param answer - Called when a request has come whole. @default `200` and `hello from upstream` */
export async function startEchoServer(
  answer: Answering = (_incoming, outgoing) => outgoing.end('hello from upstream'),
): Promise<EchoServer> {
  const reached: ReachedRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('error', () => undefined)
    incoming.on('close', () => reached.push(reachedRequest(incoming, chunks)))
    incoming.on('end', () => answer(incoming, outgoing))
  })
  return { endpoint: await listening(server), reached, close: () => closed(server) }
}

function reachedRequest(incoming: IncomingMessage, chunks: readonly Buffer[]): ReachedRequest {
  const { method = '', url = '', rawHeaders, complete: whole } = incoming
  return { method, url, rawHeaders, body: Buffer.concat(chunks), whole }
}

type HttpServer = ReturnType<typeof createServer>

export function listening(server: HttpServer): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '')
    })
  })
}

export function closed(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
