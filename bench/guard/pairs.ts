/**
 * The pairs: an operation of ours, and the least that the platform must do for it. Both are the same
 * kind of work, so that their ratio depends little on the machine.
 *
 * @module
 */

import {
  createCipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
} from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { startStrictS3 } from 'strict-s3'
import { uploadRule } from 'waybill'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { createPresigner, partUrl, presignParts } from 'waybill-s3'
import { createSeal } from '../../packages/waybill/src/seal/seal.ts'
import { type LoadRequest, requestOf, startLoad } from '../harness/http-load.ts'
import {
  BUCKET,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  KEY,
  nextPartNumber,
  nextSize,
  PLAN,
  REGION,
  TYPE,
  UPLOAD_ID,
} from '../signing/workload.ts'

/** Runs so many times, one after another or over several connections. */
export type Work = (times: number) => Promise<unknown>

export interface Pair {
  /** The operation, and what it is compared with. */
  readonly name: string
  /** Its process ends after the measurement, and with it what this starts. */
  start(): Promise<{ readonly bare: Work; readonly ours: Work }>
}

const PLACE = { bucket: BUCKET, region: REGION }
const SECRET = 'seals the waybills of a benchmark and of nothing else'
const HMAC_KEY = createSecretKey(Buffer.alloc(32, 1))

function hmac(text: string): string {
  return createHmac('sha256', HMAC_KEY).update(text).digest('hex')
}

function repeated(once: () => unknown): Work {
  return async (times) => {
    for (let done = 0; done < times; done += 1) {
      const result = once()
      if (result instanceof Promise) await result
    }
  }
}

const PRESIGNED_POST: Pair = {
  name: 'presigned POST, of one HMAC of its policy',
  async start() {
    const presigner = createPresigner(PLACE)
    const sign = () => {
      const size = nextSize()
      return presigner.presignPost({
        credentials: CREDENTIALS,
        key: KEY,
        fields: { 'Content-Type': TYPE },
        conditions: [['content-length-range', size, size]],
        expiresInSeconds: EXPIRES_IN_SECONDS,
      })
    }
    const { Policy: policy = '' } = (await sign()).fields
    return { bare: repeated(() => hmac(policy)), ours: repeated(sign) }
  },
}

/** Few enough that a batch can be as short as those of the other pairs. */
const WINDOW = 200

const PART_URLS: Pair = {
  name: `URLs of ${WINDOW} parts, of as many SHA-256 and HMAC`,
  async start() {
    const sign = () =>
      presignParts({
        ...PLACE,
        credentials: CREDENTIALS,
        key: KEY,
        uploadId: UPLOAD_ID,
        plan: PLAN,
        from: 1,
        count: WINDOW,
        expiresInSeconds: EXPIRES_IN_SECONDS,
      })
    const url = partUrl(await sign(), 7)
    const bare = () => {
      for (let part = 0; part < WINDOW; part += 1) hmac(hash('sha256', url + nextPartNumber()))
    }
    return { bare: repeated(bare), ours: repeated(sign) }
  },
}

const FILE = { size: 2_345_678, sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' }

const WAYBILL = {
  rule: 'photo',
  key: KEY,
  owner: 'user-4711',
  id: '0123456789abcdefghijkl',
  size: { min: FILE.size, max: FILE.size },
  metadata: {},
  type: 'image/jpeg',
  name: 'holiday 2026.jpg',
  sha256: FILE.sha256,
  strategy: 'post',
  grantedAt: new Date(0),
  expiration: new Date('2026-01-31T12:00:00Z'),
} as const

const SEAL: Pair = {
  name: 'sealed waybill with its code, of one AES-256-GCM and one HMAC',
  async start() {
    const seal = createSeal(SECRET, PLACE)
    const ours = async () => seal.present(await seal.seal(WAYBILL))
    const text = await ours()
    const plain = Buffer.from(text).subarray(0, (text.length * 3) / 4)
    const key = createSecretKey(randomBytes(32))
    const iv = randomBytes(12)
    const bare = () => {
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      hmac(text)
    }
    return { bare: repeated(bare), ours: repeated(ours) }
  },
}

const CREATE: Pair = {
  name: 'one create over HTTP, of bare node:http with JSON',
  async start() {
    const signer = createSigner({
      ...PLACE,
      credentials: CREDENTIALS,
      allowedOrigins: [],
      secret: SECRET,
      rules: {
        video: uploadRule({
          types: [TYPE],
          maxSize: 25_000_000,
          authorize: ({ headers }) => ({ owner: headers['x-user'] ?? '' }),
        }),
      },
    })
    const file = { name: 'holiday 2026.mp4', type: TYPE, ...FILE }
    const body = JSON.stringify({ rule: 'video', files: [file] })
    const headers = { 'content-type': 'application/json', 'x-user': 'user-4711' }
    const port = await listen(toNodeHandler(signer))
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`the signer answered ${response.status}`)
    const answer = (await response.json()) as object
    const request = requestOf(['POST', '/'], { host: 'app.example.com', ...headers }, body)
    return overHttp(request, await listen(answering(answer)), port)
  },
}

/** Reads JSON and writes as much of it as the signer. */
function answering(answer: object): RequestListener {
  return async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.stringify({ ...answer, ...JSON.parse(text) })
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  }
}

const BOUNDARY = 'waybill-guard-form'

const FORM = localS3Pair(
  'one PostObject of 1 KiB at the local S3, of bare node:http',
  async ({ presigner, credentials, host }) => {
    const { fields, url } = await presigner.presignPost({ credentials, key: 'posted' })
    const part = (name: string, value: string) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name=${name}\r\n\r\n${value}\r\n`
    const parts = Object.entries({ ...fields }).map(([name, value]) => part(`"${name}"`, value))
    parts.push(part('"file"; filename="f"', 'x'.repeat(1024)))
    const type = `multipart/form-data; boundary=${BOUNDARY}`
    return requestOf(
      ['POST', new URL(url).pathname],
      { host, 'content-type': type },
      `${parts.join('')}--${BOUNDARY}--\r\n`,
    )
  },
)

/** As large as a body whose MD5 is computed in the server's own thread. */
const PART_SIZE = 1024 * 1024

const PART = localS3Pair(
  'one part of 1 MiB at the local S3, of bare node:http with MD5 and CRC-32',
  async ({ presigner, credentials, host }) => {
    const urlOf = async (method: 'POST' | 'PUT', query: Readonly<Record<string, string>>) =>
      new URL((await presigner.presignUrl({ credentials, method, key: 'parts', query })).url)
    const created = await fetch(await urlOf('POST', { uploads: '' }), { method: 'POST' })
    const uploadId = /<UploadId>(.+)<\/UploadId>/.exec(await created.text())?.[1]
    if (uploadId === undefined) throw new Error(`the local S3 answered ${created.status}`)
    const { pathname, search } = await urlOf('PUT', { partNumber: '1', uploadId })
    return requestOf(['PUT', pathname + search], { host }, Buffer.alloc(PART_SIZE, 7))
  },
)

interface LocalS3 {
  readonly presigner: ReturnType<typeof createPresigner>
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly host: string
}

function localS3Pair(name: string, requestAt: (place: LocalS3) => Promise<Buffer>): Pair {
  return {
    name,
    async start() {
      const s3 = await startStrictS3({ buckets: [BUCKET] })
      const { endpoint, region, credentials, port } = s3
      const presigner = createPresigner({ endpoint, region, bucket: BUCKET, addressing: 'path' })
      const request = await requestAt({ presigner, credentials, host: new URL(endpoint).host })
      return overHttp(request, await listen(hashing), port)
    },
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

/** @returns The port. */
async function listen(listener: RequestListener): Promise<number> {
  // As the local S3 has it: small pieces would cost more than what is done with them.
  const server = createServer({ highWaterMark: 256 * 1024, noDelay: true }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Enough that the server does not wait for the client. */
const CONNECTIONS = 4

async function overHttp(request: Buffer, bare: number, ours: number) {
  const load = await startLoad(request, CONNECTIONS)
  const at =
    (port: number): Work =>
    (calls) =>
      load.ask({ port, calls } satisfies LoadRequest)
  return { bare: at(bare), ours: at(ours) }
}

export const PAIRS: readonly Pair[] = [PRESIGNED_POST, PART_URLS, SEAL, CREATE, FORM, PART]
