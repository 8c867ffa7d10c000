/**
 * Decodes the `aws-chunked` content encoding: chunks, signed or not, followed by trailing headers.
 *
 * Data is yielded before its chunk's signature is checked. Don't make it visible until the
 * iteration has ended without an error.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-streaming-trailers.html
 * @module
 */

import { createHash, hash } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { sameSignature, sign } from '../auth/identity.ts'
import type { ChunkChain } from '../auth/payload.ts'
import { signatureMismatch } from '../auth/signature-check.ts'

export interface ChunkedOptions {
  readonly chain?: ChunkChain | undefined
  /** The header names in `x-amz-trailer`, in lower case. */
  readonly announced: readonly string[]
  /** Whether `x-amz-content-sha256` announces trailing headers. */
  readonly trailing: boolean
  /** Filled with the trailing headers at the end of the body. */
  readonly trailers: Map<string, string>
}

const EMPTY_SHA256 = hash('sha256', '')
/** The maximum line length. The longest line, a chunk header, has about 100 characters. */
const MAX_LINE = 1024
const MAX_TRAILERS = 100
/** S3's minimum chunk size in bytes. It does not apply to the last chunk. */
const MIN_CHUNK = 8192

/**
 * @throws {S3Error} `IncompleteBody`, `InvalidChunkSizeError`, `SignatureDoesNotMatch`,
 *   `MalformedTrailerError`
 */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  options: ChunkedOptions,
): AsyncGenerator<Uint8Array> {
  const reader = new ChunkReader(source)
  const chain = options.chain && new SignatureChain(options.chain)
  let previous = MIN_CHUNK
  for (let number = 1; ; number += 1) {
    const { size, signature } = parseChunkHeader(await reader.line())
    if (size > 0 && previous < MIN_CHUNK) throw tooSmall(number, previous)
    previous = size
    if (chain && signature === undefined) throw new S3Error('IncompleteBody')
    const digest = chain && createHash('sha256')
    for (let left = size; left > 0; ) {
      const data = await reader.some(left)
      left -= data.length
      digest?.update(data)
      yield data
    }
    if (chain && digest) {
      await chain.check('PAYLOAD', `${EMPTY_SHA256}\n${digest.digest('hex')}`, signature ?? '')
    }
    if (size === 0) break
    if ((await reader.line()) !== '') throw new S3Error('IncompleteBody')
  }
  await readTrailers(reader, options, chain)
  await reader.end()
}

/**
 * S3 reports a chunk that is too small when the next chunk begins. `Chunk` is the number of the
 * next chunk, and `BadChunkSize` is the size of the small one.
 *
 * @see https://github.com/versity/versitygw/issues/1683
 */
function tooSmall(number: number, size: number): S3Error {
  return new S3Error('InvalidChunkSizeError', undefined, {
    Chunk: String(number),
    BadChunkSize: String(size),
  })
}

function parseChunkHeader(line: string) {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
  if (!match) throw new S3Error('IncompleteBody')
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] }
}

/**
 * Checks, in S3's order, that the trailers are well-formed, that their signature matches, and that
 * exactly the announced trailers were sent.
 *
 * @see https://github.com/justincormack/argmin – `chunked.rs`, run against AWS
 */
async function readTrailers(
  reader: ChunkReader,
  { announced, trailing, trailers }: ChunkedOptions,
  chain: SignatureChain | undefined,
): Promise<void> {
  let signature: string | undefined
  let signed = ''
  let odd = false
  let left = MAX_TRAILERS
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':')
    if (colon < 1 || !trailing) throw new S3Error('IncompleteBody')
    left -= 1
    if (left < 0) throw malformedTrailer()
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'x-amz-trailer-signature') {
      signature = value
    } else {
      odd ||= !announced.includes(name) || trailers.has(name)
      trailers.set(name, value)
      signed += `${name}:${value}\n`
    }
  }
  if (chain && signed !== '') {
    if (signature === undefined) throw new S3Error('IncompleteBody')
    await chain.check('TRAILER', hash('sha256', signed), signature)
  }
  if (odd || announced.some((name) => !trailers.has(name))) throw malformedTrailer()
}

function malformedTrailer(): S3Error {
  return new S3Error(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  )
}

/**
 * Each chunk's signature covers the previous one, so chunks cannot be dropped, repeated or
 * reordered.
 */
class SignatureChain {
  readonly #chain: ChunkChain
  #previous: string

  constructor(chain: ChunkChain) {
    this.#chain = chain
    this.#previous = chain.seedSignature
  }

  async check(kind: 'PAYLOAD' | 'TRAILER', hashes: string, signature: string): Promise<void> {
    const { credentials, scope, amzDate, canonical } = this.#chain
    const text = `AWS4-HMAC-SHA256-${kind}\n${amzDate}\n${scope.text}\n${this.#previous}\n${hashes}`
    const expected = await sign(credentials, scope.text, text)
    if (!sameSignature(expected, signature)) {
      throw signatureMismatch(scope.accessKeyId, text, signature, canonical())
    }
    this.#previous = expected
  }
}

class ChunkReader {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    let end = this.#rest.indexOf('\r\n')
    while (end < 0) {
      if (this.#rest.length > MAX_LINE) throw new S3Error('IncompleteBody')
      this.#rest = Buffer.concat([this.#rest, await this.#next()])
      end = this.#rest.indexOf('\r\n')
    }
    const line = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + 2)
    return line
  }

  /** Returns at least one byte and at most `limit` bytes. */
  async some(limit: number): Promise<Buffer> {
    if (this.#rest.length === 0) this.#rest = await this.#next()
    const data = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(data.length)
    return data
  }

  /**
   * Rejects any further data, because no signature or checksum would cover it.
   *
   * @throws {S3Error} `IncompleteBody`
   */
  async end(): Promise<void> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next()
      if (done) return
      this.#rest = Buffer.from(value)
    }
    throw new S3Error('IncompleteBody')
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#source.next()
    if (done) throw new S3Error('IncompleteBody')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
}
