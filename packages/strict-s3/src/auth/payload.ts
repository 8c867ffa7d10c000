/**
 * Parses `x-amz-content-sha256`, which states how to verify a signed request's body.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-auth-using-authorization-header.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { UNSIGNED_PAYLOAD } from 'waybill-s3/internal/sigv4'
import type { LocalCredentials, Scope } from './identity.ts'

export type Payload =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hash: string }
  | { readonly kind: 'chunked'; readonly trailer: boolean; readonly chain?: ChunkChain }

export interface ChunkChain {
  readonly credentials: LocalCredentials
  readonly scope: Scope
  readonly amzDate: string
  /** The request's own signature, which the first chunk's signature covers. */
  readonly seedSignature: string
  /** Returns the canonical request, which S3 includes in errors about a chunk's signature. */
  readonly canonical: () => string
}

const STREAMING = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
} as const

/** @param chain - Omit it for Signature Version 2, which cannot sign chunks. */
export function payloadOf(value: string, chain?: ChunkChain): Payload {
  if (value === UNSIGNED_PAYLOAD) return { kind: 'unsigned' }
  if (/^[0-9a-f]{64}$/.test(value)) return { kind: 'sha256', hash: value }
  if (isStreaming(value)) {
    const { signed, trailer } = STREAMING[value]
    if (!signed) return { kind: 'chunked', trailer }
    if (chain) return { kind: 'chunked', trailer, chain }
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
