/**
 * Signed requests to a store, sent with as little overhead as Node allows, so that the server is
 * measured.
 *
 * @module
 */

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { finished } from 'node:stream/promises'
import { createPresigner, type Presigner } from 'waybill-s3'
import type { StoreAddress } from './stores.ts'

/** The name of the bucket. */
export const BUCKET = 'bench'
const BOUNDARY = 'waybill-bench-form'

/** A request. */
export interface BenchRequest {
  readonly method: 'PUT' | 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent one after another; the same buffer may occur many times. */
  readonly body?: readonly Uint8Array[]
}

/** Milliseconds without a byte after which a server counts as stalled. */
const STANDSTILL_MS = 60_000

const agent = new Agent({ keepAlive: true, timeout: STANDSTILL_MS })

/**
 * Sends a request; returns the bytes of the response's body.
 * @throws {Error} When the store refuses it, the connection fails, or stalls for a minute.
 */
export async function send({ method, url, headers, body = [] }: BenchRequest): Promise<number> {
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
  const { statusCode } = answer
  if (statusCode < 200 || statusCode > 299) {
    throw new Error(`the response to ${method} was ${statusCode}`)
  }
  return size
}

const presigners = new WeakMap<StoreAddress, Presigner>()

/** One presigner for each store, as a signer has: signing must not weigh in what is measured. */
function presignerOf(store: StoreAddress): Presigner {
  const { endpoint, region } = store
  const presigner =
    presigners.get(store) ??
    createPresigner({ endpoint, region, bucket: BUCKET, addressing: 'path' })
  presigners.set(store, presigner)
  return presigner
}

/** Makes a presigned request. Without `key` it is a request to the bucket. */
export async function presigned(
  store: StoreAddress,
  method: 'PUT' | 'GET' | 'DELETE',
  key?: string,
  body: readonly Uint8Array[] = [],
): Promise<BenchRequest> {
  const { url } = await presignerOf(store).presignUrl({
    credentials: store.credentials,
    method,
    ...(key === undefined ? {} : { key }),
  })
  return { method, url, body }
}

/** Makes a request with a presigned form. */
export async function form(
  store: StoreAddress,
  key: string,
  file: readonly Uint8Array[],
): Promise<BenchRequest> {
  const { credentials } = store
  const { url, fields } = await presignerOf(store).presignPost({ credentials, key })
  const disposition = (name: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"`
  const head = Object.entries(fields).map(
    ([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`,
  )
  const start = `${head.join('')}${disposition('file')}; filename="f"\r\n\r\n`
  return {
    method: 'POST',
    url,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: [Buffer.from(start), ...file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)],
  }
}
