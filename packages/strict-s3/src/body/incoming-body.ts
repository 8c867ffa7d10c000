/**
 * Decodes a request body, and verifies its signature as it is read.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import type { Payload } from '../auth/payload.ts'
import { itemsOf, type S3Request } from '../message/request.ts'
import { decodeChunks } from './aws-chunked.ts'

export interface IncomingBody {
  /** The announced size of the object in bytes. */
  readonly size: number
  /**
   * Iterate only once. The iteration throws if the body is not the one that was signed, so don't
   * make the data visible until it has ended.
   */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Complete once `chunks` has ended. */
  readonly trailers: ReadonlyMap<string, string>
}

/**
 * @throws {S3Error} `MissingContentLength`, `EntityTooLarge` or `NotImplemented`, before any of the
 *   body has been read.
 */
export function incomingBody(
  request: S3Request,
  payload: Payload,
  maxSize = MAX_SINGLE_UPLOAD_SIZE,
): IncomingBody {
  // S3 accepts `Transfer-Encoding: chunked` only if the request states the length in
  // `x-amz-decoded-content-length`, as SDKs do.
  if (request.headers['transfer-encoding'] !== undefined && payload.kind !== 'chunked') {
    throw new S3Error('NotImplemented', undefined, { Header: 'Transfer-Encoding' })
  }
  const size = announcedSize(request, payload)
  if (size > maxSize) {
    throw new S3Error('EntityTooLarge', undefined, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(maxSize),
    })
  }
  const trailers = new Map<string, string>()
  const chunks =
    payload.kind === 'unsigned' ? request.body : verified(request, payload, size, trailers)
  return { size, trailers, chunks }
}

function announcedSize(request: S3Request, payload: Payload): number {
  const header = payload.kind === 'chunked' ? 'x-amz-decoded-content-length' : 'content-length'
  const text = request.headers[header]
  if (text === undefined) throw new S3Error('MissingContentLength')
  if (!/^\d{1,15}$/.test(text)) {
    throw new S3Error('InvalidArgument', undefined, { ArgumentName: header, ArgumentValue: text })
  }
  return Number(text)
}

async function* verified(
  request: S3Request,
  payload: Exclude<Payload, { kind: 'unsigned' }>,
  size: number,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  if (payload.kind === 'sha256') {
    yield* verifiedHash(request.body, payload.hash)
    return
  }
  const announced = payload.trailer ? itemsOf(request.headers['x-amz-trailer']) : []
  let seen = 0
  const { chain, trailer: trailing } = payload
  for await (const chunk of decodeChunks(request.body, {
    chain,
    announced,
    trailing,
    trailers,
  })) {
    seen += chunk.length
    if (seen > size) throw new S3Error('IncompleteBody')
    yield chunk
  }
  if (seen !== size) throw new S3Error('IncompleteBody')
}

async function* verifiedHash(
  raw: AsyncIterable<Uint8Array>,
  expected: string,
): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256')
  for await (const chunk of raw) {
    digest.update(chunk)
    yield chunk
  }
  const actual = digest.digest('hex')
  if (actual === expected) return
  throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
    ClientComputedContentSHA256: expected,
    S3ComputedContentSHA256: actual,
  })
}
