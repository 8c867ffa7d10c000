/**
 * Requests with as little around them as Node can do, so that the server is what is measured.
 *
 * @module
 */

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { finished } from 'node:stream/promises'

export interface BenchRequest {
  readonly method: 'PUT' | 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent one after the other; the same buffer may come many times. */
  readonly body?: readonly Uint8Array[]
}

export interface BenchAnswer {
  readonly status: number
  /** Bytes of its body. */
  readonly size: number
}

const agent = new Agent({ keepAlive: true })

export async function send({
  method,
  url,
  headers,
  body = [],
}: BenchRequest): Promise<BenchAnswer> {
  const length = body.reduce((sum, piece) => sum + piece.length, 0)
  const outgoing = request(url, {
    method,
    agent,
    headers: { ...headers, ...(method === 'GET' ? {} : { 'content-length': String(length) }) },
  })
  const answered = once(outgoing, 'response')
  answered.catch(() => {}) // heard below
  for (const piece of body) {
    if (!outgoing.write(piece)) await Promise.race([once(outgoing, 'drain'), answered])
  }
  outgoing.end()
  const [answer] = await answered
  let size = 0
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length
  })
  await finished(answer)
  return { status: answer.statusCode, size }
}
