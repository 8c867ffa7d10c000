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

/** A server that stands still for so long does not go on. */
const STANDSTILL_MS = 60_000

const agent = new Agent({ keepAlive: true, timeout: STANDSTILL_MS })

/** @throws {Error} When the connection breaks, or stands still for a minute. */
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
  outgoing.on('timeout', () =>
    outgoing.destroy(new Error(`${method} stood still for ${STANDSTILL_MS / 1000} s`)),
  )
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
