/**
 * Computes the signature of a request from what arrived. An error shows what this server signed, as
 * S3 does.
 *
 * @module
 */

import { hash } from 'node:crypto'
import { canonicalQuery, canonicalRequest, S3Error, stringToSign, uriEncodePath } from 'waybill-s3'
import type { S3Request } from '../message/request.ts'
import { type LocalCredentials, type Scope, sameSignature, sign } from './identity.ts'
import { signatureMismatch } from './signature-mismatch.ts'
import { traceSignature } from './signature-trace.ts'

/** A signature, and what it covers. */
export interface SignedParts {
  readonly credentials: LocalCredentials
  readonly scope: Scope
  readonly amzDate: string
  /** Lower-case names, in the order of the client. */
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  readonly signature: string
}

/**
 * Checks the signature of a request.
 *
 * @throws {S3Error} `AccessDenied` when a header that must be signed is not;
 *   `SignatureDoesNotMatch` with the canonical request and string to sign of this server.
 */
export async function checkSignature(request: S3Request, parts: SignedParts): Promise<void> {
  requireSigned(request, parts.signedHeaders)
  const canonicalParts = canonicalPartsOf(request, parts)
  const canonical = canonicalRequest(canonicalParts)
  const text = stringToSign(parts.amzDate, parts.scope.text, hash('sha256', canonical))
  const expected = await sign(parts.credentials, parts.scope.text, text)
  if (sameSignature(expected, parts.signature)) return
  const refusal = signatureMismatch(parts.scope.accessKeyId, text, parts.signature, canonical)
  refusal.cause = { trace: await traceSignature({ ...parts, canonical: canonicalParts }) }
  throw refusal
}

type HashedParts = Pick<SignedParts, 'signedHeaders' | 'payloadHash'>

function canonicalPartsOf(request: S3Request, { signedHeaders, payloadHash }: HashedParts) {
  return {
    method: request.method,
    path: uriEncodePath(request.path),
    query: canonicalQuery(request.query.filter(([name]) => name !== 'X-Amz-Signature')),
    // A header that is named but not sent counts as empty, as on S3; some clients rely on it:
    // https://github.com/versity/versitygw/issues/457
    headers: Object.fromEntries(signedHeaders.map((name) => [name, request.headers[name] ?? ''])),
    payloadHash,
  }
}

/** Writes the canonical request of what arrived. */
export function canonicalOf(request: S3Request, parts: HashedParts): string {
  return canonicalRequest(canonicalPartsOf(request, parts))
}

/**
 * Demands that `host` and every `x-amz-*` header is signed. The payload hash always is: it is the
 * last line of the canonical request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 */
function requireSigned(request: S3Request, signedHeaders: readonly string[]): void {
  const unsigned = Object.keys(request.headers).filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      name !== 'x-amz-content-sha256' &&
      !signedHeaders.includes(name),
  )
  if (unsigned.length === 0) return
  throw new S3Error(
    'AccessDenied',
    'There were headers present in the request which were not signed',
    { HeadersNotSigned: unsigned.join(', ') },
  )
}
