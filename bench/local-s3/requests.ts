/**
 * Sends requests with as little overhead as Node allows, so that the server is measured.
 *
 * @module
 */

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { finished } from 'node:stream/promises'

/** A request. */
export interface BenchRequest {
  readonly method: 'PUT' | 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent one after another; the same buffer may occur many times. */
  readonly body?: readonly Uint8Array[]
}

/** A response. */
export interface BenchAnswer {
  readonly status: number
  /** Size of the body in bytes. */
  readonly size: number
}

/** Milliseconds without a byte after which a server counts as stalled. */
const STANDSTILL_MS = 60_000

const agent = new Agent({ keepAlive: true, timeout: STANDSTILL_MS })

/**
 * Sends a request.
 * @throws {Error} When the connection fails, or stalls for a minute.
 */
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
    outgoing.destroy(new Error(`${method} stalled for ${STANDSTILL_MS / 1000} s`)),
  )
  const answered = once(outgoing, 'response')
  answered.catch(() => {}) // handled below
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
