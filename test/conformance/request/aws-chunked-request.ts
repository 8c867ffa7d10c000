/**
 * PUTs in the `aws-chunked` encoding, right or wrong in one single respect.
 *
 * @module
 */

import { credentialScope, formatAmzDate, signature, signingKey } from 'waybill-s3'
import type { System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'
import { sha256 } from './signing.ts'

export interface ChunkedOptions {
  readonly chunks: readonly string[]
  readonly signed: boolean
  readonly trailer?: Readonly<Record<string, string>>
  readonly announced?: string
  readonly decodedLength?: string
  /** In place of `aws-chunked`. */
  readonly encoding?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly tamper?: (body: string) => string
}

const EMPTY = sha256('')

/** Encodes and signs as the SDKs do. */
export const chunked =
  (options: ChunkedOptions) =>
  async (system: System): Promise<RawRequest> => {
    const { chunks, signed, trailer } = options
    const now = new Date()
    const decoded = Buffer.byteLength(chunks.join(''))
    const kind = signed ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' : 'STREAMING-UNSIGNED-PAYLOAD'
    const raw = await system.signed({
      method: 'PUT',
      key: system.key,
      now,
      payloadHash: trailer ? `${kind}-TRAILER` : kind,
      headers: {
        'content-encoding': options.encoding ?? 'aws-chunked',
        'x-amz-decoded-content-length': options.decodedLength ?? String(decoded),
        ...options.headers,
        ...(trailer ? { 'x-amz-trailer': options.announced ?? Object.keys(trailer).join() } : {}),
      },
    })
    const seed = /Signature=(\w+)/.exec(raw.headers.authorization ?? '')?.[1] ?? ''
    const body = await encode(system, options, formatAmzDate(now), seed)
    return { ...raw, body: Buffer.from(options.tamper ? options.tamper(body) : body) }
  }

async function encode(system: System, options: ChunkedOptions, amzDate: string, seed: string) {
  const { credentials, region } = system.target
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
