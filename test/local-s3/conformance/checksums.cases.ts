/**
 * Checksums of single uploads, and the `aws-chunked` encoding that SDKs send them in.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { credentialScope, formatAmzDate, signature, signingKey } from 'waybill/s3'
import { type Case, stored, storedNothing } from './case.ts'
import { PAGES } from './pages.ts'
import type { RawRequest } from './raw-request.ts'
import { sha256 } from './signing.ts'
import type { World } from './world.ts'

/** Of `hello`. */
const SUMS = {
  crc32: 'NhCmhg==',
  crc32c: 'mnG7TA==',
  crc64nvme: 'M3eFcAZSQlc=',
  sha1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
} as const

const MD5 = createHash('md5').update('hello').digest('base64')

const put =
  (headers: Record<string, string>, body = 'hello') =>
  (world: World) =>
    world.signed({ method: 'PUT', key: world.key, body, headers })

const refusal = (
  title: string,
  headers: Record<string, string>,
  code: string,
  body = 'hello',
): Case => ({
  title,
  see: PAGES.integrity,
  request: put(headers, body),
  status: 400,
  code,
  effect: storedNothing,
})

const kept = Object.entries(SUMS).map(
  ([name, value]): Case => ({
    title: `takes and keeps a right ${name}`,
    see: PAGES.integrity,
    request: put({ [`x-amz-checksum-${name}`]: value }),
    status: 200,
    headers: { [`x-amz-checksum-${name}`]: value, 'x-amz-checksum-type': 'FULL_OBJECT' },
    effect: async (world) => {
      const headers = { 'x-amz-checksum-mode': 'ENABLED' }
      const reply = await world.send(
        await world.signed({ method: 'HEAD', key: world.key, headers }),
      )
      const actual = reply.headers[`x-amz-checksum-${name}`]
      return actual === value ? undefined : `HEAD gives ${actual}`
    },
  }),
)

const refused = Object.entries(SUMS).map(([name, value]) =>
  refusal(
    `refuses a ${name} of other bytes`,
    { [`x-amz-checksum-${name}`]: value },
    'BadDigest',
    'jello',
  ),
)

const malformed = Object.keys(SUMS).map((name) =>
  refusal(
    `refuses a ${name} of the wrong length`,
    { [`x-amz-checksum-${name}`]: 'AAAA' },
    'InvalidRequest',
  ),
)

export const CHECKSUMS: readonly Case[] = [
  ...kept,
  ...refused,
  ...malformed,
  {
    title: 'computes CRC64NVME where nothing is asked for',
    see: PAGES.integrity,
    request: put({}),
    status: 200,
    headers: { 'x-amz-checksum-crc64nvme': SUMS.crc64nvme },
  },
  {
    title: 'takes a right Content-MD5',
    see: PAGES.integrity,
    request: put({ 'content-md5': MD5 }),
    status: 200,
  },
  refusal('refuses a Content-MD5 of other bytes', { 'content-md5': MD5 }, 'BadDigest', 'jello'),
  refusal('refuses a Content-MD5 that is none', { 'content-md5': 'abc' }, 'InvalidDigest'),
  refusal(
    'refuses two checksums',
    { 'x-amz-checksum-crc32': SUMS.crc32, 'x-amz-checksum-sha1': SUMS.sha1 },
    'InvalidRequest',
  ),
  refusal(
    'refuses another algorithm than the declared one',
    { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-crc32': SUMS.crc32 },
    'InvalidRequest',
  ),
  refusal(
    'refuses a declared algorithm without a checksum',
    { 'x-amz-sdk-checksum-algorithm': 'SHA256' },
    'InvalidRequest',
  ),
  refusal(
    'refuses a declared algorithm that it does not know',
    { 'x-amz-sdk-checksum-algorithm': 'CRC16', 'x-amz-checksum-crc32': SUMS.crc32 },
    'InvalidRequest',
  ),
]

interface ChunkedOptions {
  readonly chunks: readonly string[]
  readonly signed: boolean
  readonly trailer?: Readonly<Record<string, string>>
  readonly announced?: string
  readonly decodedLength?: string
  readonly tamper?: (body: string) => string
}

const EMPTY = sha256('')

/** Encodes and signs as the SDKs do. */
const chunked =
  (options: ChunkedOptions) =>
  async (world: World): Promise<RawRequest> => {
    const { chunks, signed, trailer } = options
    const now = new Date()
    const decoded = Buffer.byteLength(chunks.join(''))
    const kind = signed ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' : 'STREAMING-UNSIGNED-PAYLOAD'
    const raw = await world.signed({
      method: 'PUT',
      key: world.key,
      now,
      payloadHash: trailer ? `${kind}-TRAILER` : kind,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': options.decodedLength ?? String(decoded),
        ...(trailer ? { 'x-amz-trailer': options.announced ?? Object.keys(trailer).join() } : {}),
      },
    })
    const seed = /Signature=(\w+)/.exec(raw.headers.authorization ?? '')?.[1] ?? ''
    const body = await encode(world, options, formatAmzDate(now), seed)
    return { ...raw, body: Buffer.from(options.tamper ? options.tamper(body) : body) }
  }

async function encode(world: World, options: ChunkedOptions, amzDate: string, seed: string) {
  const { credentials, region } = world.target
  const scope = credentialScope(amzDate, region)
  const key = await signingKey(credentials.secretAccessKey, scope)
  let previous = seed
  const chain = async (kind: string, hashes: string) => {
    previous = await signature(
      key,
      `AWS4-HMAC-SHA256-${kind}\n${amzDate}\n${scope}\n${previous}\n${hashes}`,
    )
    return previous
  }
  let body = ''
  for (const chunk of [...options.chunks, '']) {
    const extension = options.signed
      ? `;chunk-signature=${await chain('PAYLOAD', `${EMPTY}\n${sha256(chunk)}`)}`
      : ''
    body += `${Buffer.byteLength(chunk).toString(16)}${extension}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`
  }
  let trailers = ''
  for (const [name, value] of Object.entries(options.trailer ?? {}))
    trailers += `${name}:${value}\n`
  body += trailers.replaceAll('\n', '\r\n')
  if (options.trailer && options.signed) {
    body += `x-amz-trailer-signature:${await chain('TRAILER', sha256(trailers))}\r\n`
  }
  return `${body}\r\n`
}

const streamed = (title: string, options: ChunkedOptions, more: Partial<Case> = {}): Case => ({
  title,
  see: options.trailer ? PAGES.trailers : PAGES.streaming,
  request: chunked(options),
  status: 200,
  effect: stored(options.chunks.join('')),
  ...more,
})

const broken = (title: string, options: ChunkedOptions, status: number, code: string): Case =>
  streamed(title, options, { status, code, effect: storedNothing })

const CHUNKS = ['hel', 'lo']
const TRAILER = { 'x-amz-checksum-crc32': SUMS.crc32 }

export const CHUNKED: readonly Case[] = [
  streamed('takes signed chunks', { chunks: CHUNKS, signed: true }),
  streamed('takes one signed chunk', { chunks: ['hello'], signed: true }),
  streamed('takes an empty object in signed chunks', { chunks: [], signed: true }),
  streamed('takes signed chunks with a trailing checksum', {
    chunks: CHUNKS,
    signed: true,
    trailer: TRAILER,
  }),
  streamed(
    'takes unsigned chunks with a trailing checksum',
    { chunks: CHUNKS, signed: false, trailer: TRAILER },
    { headers: { 'x-amz-checksum-crc32': SUMS.crc32 } },
  ),
  streamed('takes an empty object in unsigned chunks', {
    chunks: [],
    signed: false,
    trailer: { 'x-amz-checksum-crc32': 'AAAAAA==' },
  }),
  streamed('takes a trailing SHA-256', {
    chunks: CHUNKS,
    signed: false,
    trailer: { 'x-amz-checksum-sha256': SUMS.sha256 },
  }),
  streamed(
    'keeps aws-chunked out of the content encoding',
    { chunks: CHUNKS, signed: true },
    {
      effect: async (world) => {
        const { headers } = await world.send(await world.signed({ method: 'HEAD', key: world.key }))
        return headers['content-encoding'] === undefined
          ? undefined
          : `content encoding is ${headers['content-encoding']}`
      },
    },
  ),
  broken(
    'refuses a signed chunk with other bytes',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace('hel\r', 'jel\r') },
    403,
    'SignatureDoesNotMatch',
  ),
  broken(
    'refuses a signed last chunk with other bytes',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace('lo\r', 'la\r') },
    403,
    'SignatureDoesNotMatch',
  ),
  broken(
    'refuses signed chunks in another order',
    {
      chunks: ['aaa', 'bbb'],
      signed: true,
      tamper: (body) => {
        const [a = '', b = '', ...rest] = body.split(/(?=3;)/)
        return [b, a, ...rest].join('')
      },
    },
    403,
    'SignatureDoesNotMatch',
  ),
  broken(
    'refuses signed chunks without their last',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.slice(0, body.indexOf('\r\n0;') + 2) },
    400,
    'IncompleteBody',
  ),
  broken(
    'refuses signed chunks one of which is missing',
    {
      chunks: ['aaa', 'bbb'],
      signed: true,
      decodedLength: '6',
      tamper: (body) => body.slice(body.indexOf('\r\n3;') + 2),
    },
    403,
    'SignatureDoesNotMatch',
  ),
  broken(
    'refuses a chunk without a signature among signed ones',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace(/;chunk-signature=\w+/, '') },
    400,
    'IncompleteBody',
  ),
  broken(
    'refuses a size that is no number',
    { chunks: CHUNKS, signed: false, trailer: TRAILER, tamper: (body) => body.replace(/^3/, 'z') },
    400,
    'IncompleteBody',
  ),
  broken(
    'refuses fewer bytes than announced',
    { chunks: CHUNKS, signed: false, trailer: TRAILER, decodedLength: '6' },
    400,
    'IncompleteBody',
  ),
  broken(
    'refuses more bytes than announced',
    { chunks: CHUNKS, signed: false, trailer: TRAILER, decodedLength: '4' },
    400,
    'IncompleteBody',
  ),
  broken(
    'refuses a trailing checksum of other bytes',
    { chunks: ['jello'], signed: false, trailer: TRAILER },
    400,
    'BadDigest',
  ),
  broken(
    'refuses a changed trailer',
    {
      chunks: CHUNKS,
      signed: true,
      trailer: TRAILER,
      tamper: (body) => body.replace(SUMS.crc32, 'AAAAAA=='),
    },
    403,
    'SignatureDoesNotMatch',
  ),
  broken(
    'refuses a trailer that was announced and is not there',
    { chunks: CHUNKS, signed: false, trailer: {}, announced: 'x-amz-checksum-crc32' },
    400,
    'MalformedTrailerError',
  ),
  broken(
    'refuses a trailer that was not announced',
    { chunks: CHUNKS, signed: false, trailer: TRAILER, announced: 'x-amz-checksum-sha256' },
    400,
    'MalformedTrailerError',
  ),
]
