/**
 * Pairs over HTTP: a create at the signer, a form and a part at the local S3. The least is a server
 * of `node:http` that takes the same bytes and answers as many.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { startStrictS3 } from 'strict-s3'
import { uploadRule } from 'waybill'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { createPresigner } from 'waybill-s3'
import { BUCKET, CREDENTIALS, REGION, TYPE } from '../signing/workload.ts'
import type { Sending } from './http-client.ts'
import type { Pair, RunningPair, Work } from './pair.ts'

const FILE = {
  name: 'holiday 2026.mp4',
  size: 2_345_678,
  type: TYPE,
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
}

const CREATE: Pair = {
  name: 'one create over HTTP, of bare node:http with JSON',
  async start() {
    const signer = createSigner({
      bucket: BUCKET,
      region: REGION,
      credentials: CREDENTIALS,
      allowedOrigins: [],
      secret: 'seals the waybills of a benchmark and of nothing else',
      rules: {
        video: uploadRule({
          types: [TYPE],
          maxSize: 25_000_000,
          authorize: ({ headers }) => ({ owner: headers['x-user'] ?? '' }),
        }),
      },
    })
    const body = Buffer.from(JSON.stringify({ rule: 'video', files: [FILE] }))
    const request = requestOf('POST', '/', body, {
      'content-type': 'application/json',
      'x-user': 'user-4711',
    })
    const ours = await listening(toNodeHandler(signer))
    const answer = await answerTo(ours, body)
    const bare = await listening(
      answering((text) => JSON.stringify({ ...answer, ...JSON.parse(text) })),
    )
    return running({ server: bare, request }, { server: ours, request })
  },
}

/** The answer is as long as the signer's, and JSON on both ways. */
async function answerTo(server: Server, body: Buffer): Promise<object> {
  const response = await fetch(`http://127.0.0.1:${portOf(server)}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user': 'user-4711' },
    body: new Uint8Array(body),
  })
  if (!response.ok) throw new Error(`the signer answered ${response.status}`)
  return (await response.json()) as object
}

const BOUNDARY = 'waybill-guard-form'

const FORM: Pair = {
  name: 'one PostObject of 1 KiB at the local S3, of bare node:http',
  start: () =>
    localS3Pair(async ({ presigner, credentials, host }) => {
      const { fields, url } = await presigner.presignPost({ credentials, key: 'posted' })
      const disposition = (name: string) =>
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"`
      const head = Object.entries({ ...fields }).map(
        ([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`,
      )
      const start = `${head.join('')}${disposition('file')}; filename="f"\r\n\r\n`
      const body = Buffer.from(`${start}${'x'.repeat(1024)}\r\n--${BOUNDARY}--\r\n`)
      return requestOf('POST', new URL(url).pathname, body, {
        host,
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      })
    }),
}

/** As large as a body whose MD5 is computed in the server's own thread. */
const PART_SIZE = 1024 * 1024

const PART: Pair = {
  name: 'one part of 1 MiB at the local S3, of bare node:http with MD5 and CRC-32',
  start: () =>
    localS3Pair(async ({ presigner, credentials, endpoint, host }) => {
      const create = await presigner.presignUrl({
        credentials,
        method: 'POST',
        key: 'parts',
        query: { uploads: '' },
      })
      const created = await (await fetch(create.url, { method: 'POST' })).text()
      const uploadId = /<UploadId>(.+)<\/UploadId>/.exec(created)?.[1]
      if (uploadId === undefined) throw new Error(`${endpoint} answered ${created}`)
      const query = { partNumber: '1', uploadId }
      const { url } = await presigner.presignUrl({
        credentials,
        method: 'PUT',
        key: 'parts',
        query,
      })
      const { pathname, search } = new URL(url)
      return requestOf('PUT', pathname + search, Buffer.alloc(PART_SIZE, 7), { host })
    }),
}

interface Place {
  readonly presigner: ReturnType<typeof createPresigner>
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly endpoint: string
  readonly host: string
}

async function localS3Pair(requestAt: (place: Place) => Promise<Buffer>): Promise<RunningPair> {
  const s3 = await startStrictS3({ buckets: [BUCKET] })
  const { endpoint, region, credentials, port } = s3
  const presigner = createPresigner({ endpoint, region, bucket: BUCKET, addressing: 'path' })
  const request = await requestAt({
    presigner,
    credentials,
    endpoint,
    host: new URL(endpoint).host,
  })
  const bare = await listening(hashing)
  return running({ server: bare, request }, { port, request, close: () => s3.close() })
}

function requestOf(
  method: string,
  target: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Buffer {
  const all = { host: 'app.example.com', ...headers, 'content-length': String(body.length) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

/** Answers each body with a text. */
function answering(answer: (text: string) => string): RequestListener {
  return async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = answer(text)
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  }
}

/** Takes each body and computes what must be computed of it. */
const hashing: RequestListener = async (request, response) => {
  const md5 = createHash('md5')
  let crc = 0
  for await (const chunk of request) {
    md5.update(chunk)
    crc = crc32(chunk, crc)
  }
  response.writeHead(204, { etag: md5.digest('hex'), 'x-crc': String(crc) }).end()
}

async function listening(listener: RequestListener): Promise<Server> {
  // As the local S3 has it: small pieces would cost more than what is done with them.
  const server = createServer({ highWaterMark: 256 * 1024, noDelay: true }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

type Side = { readonly request: Buffer } & (
  | { readonly server: Server }
  | { readonly port: number; readonly close: () => Promise<void> }
)

async function running(bare: Side, ours: Side): Promise<RunningPair> {
  const [bareClient, ourClient] = await Promise.all([clientOf(bare), clientOf(ours)])
  return {
    bare: bareClient.work,
    ours: ourClient.work,
    stop: async () => {
      await Promise.all([bareClient.stop(), ourClient.stop()])
      for (const side of [bare, ours]) {
        if ('close' in side) await side.close()
        else side.server.close()
      }
    },
  }
}

async function clientOf(side: Side): Promise<{ work: Work; stop: () => Promise<unknown> }> {
  const port = 'port' in side ? side.port : portOf(side.server)
  const workerData: Sending = { port, request: side.request }
  const worker = new Worker(new URL('http-client.ts', import.meta.url), { workerData })
  await once(worker, 'message')
  const work: Work = async (times) => {
    worker.postMessage(times)
    await once(worker, 'message')
  }
  return { work, stop: () => worker.terminate() }
}

/** All pairs over HTTP. */
export const HTTP_PAIRS: readonly Pair[] = [CREATE, FORM, PART]
