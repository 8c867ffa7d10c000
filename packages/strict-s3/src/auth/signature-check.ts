/**
 * Verifies a request's signature. As on S3, the error for a wrong signature contains the canonical
 * request and the string to sign that the server computed.
 *
 * @module
 */

import { hash } from 'node:crypto'
import { canonicalQuery, canonicalRequest, S3Error, stringToSign, uriEncodePath } from 'waybill-s3'
import { receivedText, withReason } from '../message/refusal.ts'
import type { S3Request } from '../message/request.ts'
import { shortened } from '../message/response.ts'
import {
  type AuthContext,
  type LocalCredentials,
  type Scope,
  sameSignature,
  sign,
} from './identity.ts'
import { traceSignature } from './signature-trace.ts'

export interface SignedParts {
  readonly credentials: LocalCredentials
  readonly scope: Scope
  readonly amzDate: string
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  readonly signature: string
}

/**
 * @throws {S3Error} `AccessDenied` if a required header is not signed, or `SignatureDoesNotMatch`
 *   with this server's canonical request and string to sign.
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
    query: canonicalQuery(signedQuery(request)),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, signedHeader(request, name)])),
    payloadHash,
  }
}

/**
 * If a signed `x-amz-*` header was not sent, reads it from a presigned URL's query, as S3 does. The
 * AWS SDK for JavaScript v2 signs both. Any other missing header counts as empty, which some clients
 * rely on: https://github.com/versity/versitygw/issues/457
 */
function signedHeader({ headers, values }: S3Request, name: string): string {
  const mayBeInQuery = headers.authorization === undefined && name.startsWith('x-amz-')
  return headers[name] ?? (mayBeInQuery ? values[name] : undefined) ?? ''
}

/** A presigned URL's own signature is all that it does not sign. Another one is signed or wrong. */
function signedQuery({ query, headers }: S3Request): S3Request['query'] {
  if (headers.authorization !== undefined) return query
  const own = query.findIndex(([name]) => name === 'X-Amz-Signature')
  return query.filter((_, index) => index !== own)
}

export function canonicalOf(request: S3Request, parts: HashedParts): string {
  return canonicalRequest(canonicalPartsOf(request, parts))
}

/**
 * `host` and all `x-amz-*` headers must be signed. `x-amz-content-sha256` need not be listed,
 * because the payload hash is part of the canonical request anyway.
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

export function signatureMismatch(
  accessKeyId: string,
  text: string,
  signature: string,
  canonical: string,
): S3Error {
  return new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(text),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: spacedHex(canonical),
  })
}

/** Formats the bytes of a value as S3 does in its errors: `61 62`. Long values are shortened. */
export function spacedHex(text: string): string {
  return (Buffer.from(shortened(text)).toString('hex').match(/../g) ?? []).join(' ')
}

/**
 * Finds a request's key pair before the signature is checked. After that check, `refuseToken`
 * rejects a session token sent with a key pair that has none.
 *
 * @throws {S3Error} `InvalidAccessKeyId`, `InvalidToken`, `ExpiredToken`
 */
export function findCredentials(
  { credentials, now }: AuthContext,
  accessKeyId: string,
  sessionToken: string | undefined,
): LocalCredentials {
  const pair = credentials.find((each) => each.accessKeyId === accessKeyId)
  // S3 treats a role's key pair without its session token as unknown.
  if (!pair || (pair.sessionToken !== undefined && sessionToken === undefined)) {
    const known = credentials.map((each) => each.accessKeyId).join(', ')
    throw withReason(
      new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId }),
      pair
        ? `${accessKeyId} has a session token, but the request has none`
        : `the request is signed with ${receivedText(accessKeyId)}, but this server has ${known}`,
    )
  }
  if (pair.sessionToken !== undefined && pair.sessionToken !== sessionToken) {
    throw new S3Error('InvalidToken')
  }
  if (pair.expiration && pair.expiration <= now()) throw new S3Error('ExpiredToken')
  return pair
}

/**
 * Rejects a session token sent with a key pair that has none. As on S3, this check comes after the
 * signature check: https://github.com/justincormack/argmin
 *
 * @throws {S3Error} `InvalidToken`
 */
export function refuseToken(credentials: LocalCredentials, sessionToken: string | undefined): void {
  if (sessionToken !== undefined && credentials.sessionToken === undefined) {
    throw new S3Error('InvalidToken')
  }
}
