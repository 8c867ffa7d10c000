/**
 * Reads `x-amz-content-sha256`, which tells how a signed request's body is to be verified.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-auth-using-authorization-header.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { UNSIGNED_PAYLOAD } from 'waybill-s3/internal/sigv4'
import type { LocalCredentials, Scope } from './identity.ts'

/** How to verify a body while it is being read. */
export type Payload =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hash: string }
  | { readonly kind: 'chunked'; readonly trailer: boolean; readonly chain?: ChunkChain }

/** The start of the chain of chunk signatures. */
export interface ChunkChain {
  readonly credentials: LocalCredentials
  readonly scope: Scope
  readonly amzDate: string
  /** The signature of the request. */
  readonly seedSignature: string
  /** Returns the canonical request, which is part of an error about a chunk. */
  readonly canonical: () => string
}

const STREAMING = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
} as const

/** @throws {S3Error} `InvalidArgument` for a value that S3 does not know. */
export function payloadOf(value: string, chain: ChunkChain): Payload {
  if (value === UNSIGNED_PAYLOAD) return { kind: 'unsigned' }
  if (/^[0-9a-f]{64}$/.test(value)) return { kind: 'sha256', hash: value }
  if (isStreaming(value)) {
    const { signed, trailer } = STREAMING[value]
    return signed ? { kind: 'chunked', trailer, chain } : { kind: 'chunked', trailer }
  }
  throw new S3Error(
    'InvalidArgument',
    `x-amz-content-sha256 must be ${[UNSIGNED_PAYLOAD, ...Object.keys(STREAMING)].join(', ')} or a valid sha256 value.`,
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
  )
}

function isStreaming(value: string): value is keyof typeof STREAMING {
  return Object.hasOwn(STREAMING, value)
}
