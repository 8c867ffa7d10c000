/**
 * Signs requests to S3, either in the query string (a presigned URL, for someone else to send) or
 * in the `Authorization` header (for you to send).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-query-string-auth.html
 * @module
 */

import type { BucketUrl } from '../bucket-url.ts'
import { refuseEmptyKey } from '../object-key.ts'
import { canonicalQuery, formatAmzDate, uriEncodePath } from '../sigv4/encoding.ts'
import { type Life, lifeOf } from '../sigv4/presigned-expiration.ts'
import { signHeaders } from '../sigv4/sign-headers.ts'
import {
  ALGORITHM,
  type Credentials,
  canonicalRequest,
  credentialScope,
  stringToSign,
  UNSIGNED_PAYLOAD,
} from '../sigv4/sigv4.ts'
import { createSigningContext, type SigningContext, type SigningTarget } from './signing-context.ts'

/** A request to sign, and the credentials to sign it with. */
export interface RequestToSign {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** The object key. Omit it for a request to the bucket itself. */
  readonly key?: string
  /** Query parameters, unencoded. */
  readonly query?: Readonly<Record<string, string>>
  /** Headers to sign. They must be sent with exactly these values. `host` is always signed. */
  readonly headers?: Readonly<Record<string, string>>
  readonly credentials: Credentials
}

/** A request to presign. */
export interface UrlToSign extends RequestToSign {
  /**
   * Seconds until the URL expires, from 1 to 604,800. It never outlives the credentials; see
   * `Credentials`.
   *
   * @default 3600
   */
  readonly expiresInSeconds?: number
}

/** Options of `presignUrl`. */
export interface PresignUrlOptions extends UrlToSign, SigningTarget {}

/** A presigned URL and the headers to send with it. */
export interface PresignedUrl {
  readonly url: string
  /** The signed headers, without `host`. Send them with the request. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
}

/**
 * Presigns a request: signs it in its query string, so that anyone with the URL can send it until
 * it expires.
 *
 * The body is not signed (`UNSIGNED-PAYLOAD`). To fix its length, add a `content-length` header,
 * which S3 enforces.
 *
 * @throws {RangeError} If `expiresInSeconds` is out of range or the credentials have expired.
 * @throws {TypeError} If the bucket, region, endpoint or key is invalid.
 * @example
 * ```ts
 * const { url } = await presignUrl({
 *   method: 'GET',
 *   bucket: 'my-uploads',
 *   region: 'eu-west-1',
 *   credentials,
 *   key: 'photos/1.jpg',
 *   expiresInSeconds: 300,
 * })
 * ```
 */
export async function presignUrl(options: PresignUrlOptions): Promise<PresignedUrl> {
  return signUrl(createSigningContext(options), options)
}

export async function signUrl(context: SigningContext, options: UrlToSign): Promise<PresignedUrl> {
  const { credentials, expiresInSeconds = 3600 } = options
  const { digest } = context
  const now = context.now()
  const life = lifeOf(now, expiresInSeconds, credentials)
  const target = requestTarget(context.url, options)
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, context.region)
  const signedHeaders = Object.keys(target.headers).sort().join(';')
  const query = canonicalQuery(
    Object.entries({
      ...options.query,
      ...presignQuery(credentials, signedHeaders, amzDate, scope, life),
    }),
  )
  const request = canonicalRequest({
    method: options.method,
    path: target.path,
    query,
    headers: target.headers,
    payloadHash: UNSIGNED_PAYLOAD,
  })
  const text = stringToSign(amzDate, scope, await digest.sha256Hex(request))
  const signature = await (await context.signingKeys(credentials, scope)).hex(text)
  const { host, ...headers } = target.headers
  return {
    url: `${target.origin}${target.path}?${query}&X-Amz-Signature=${signature}`,
    headers,
    expiration: life.expiration,
  }
}

/**
 * Returns the `X-Amz-…` parameters of a presigned URL, except the signature.
 *
 * @param signedHeaders - Lower-case names, sorted and joined with `;`.
 */
export function presignQuery(
  credentials: Credentials,
  signedHeaders: string,
  amzDate: string,
  scope: string,
  life: Life,
): Record<string, string> {
  return {
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': String(life.seconds),
    ...(credentials.sessionToken ? { 'X-Amz-Security-Token': credentials.sessionToken } : {}),
    'X-Amz-SignedHeaders': signedHeaders,
  }
}

export interface RequestTarget {
  readonly origin: string
  /** URI-encoded. */
  readonly path: string
  /** Lower-case names, including `host`. */
  readonly headers: Readonly<Record<string, string>>
}

export function requestTarget(
  { origin, host, basePath }: BucketUrl,
  options: Pick<RequestToSign, 'key' | 'headers'>,
): RequestTarget {
  refuseEmptyKey(options.key)
  const path =
    options.key === undefined ? basePath || '/' : `${basePath}/${uriEncodePath(options.key)}`
  const given = Object.entries(options.headers ?? {})
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]))
  headers.host = host
  return { origin, path, headers }
}

/** A request to sign in its `Authorization` header. */
export interface RequestToSend extends RequestToSign {
  /**
   * The body's SHA-256 in hexadecimal. S3 accepts the default only over HTTPS; strict-s3 always
   * accepts it.
   * @default 'UNSIGNED-PAYLOAD'
   */
  readonly payloadHash?: string
}

/** Options of `signRequest`. */
export interface SignRequestOptions extends RequestToSend, SigningTarget {}

/** A request that is ready to send. */
export interface SignedRequest {
  readonly url: string
  /** All headers to send, including `authorization`, without `host`. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Signs a request in its `Authorization` header, for you to send.
 *
 * Send it right away: S3 accepts it for only 15 minutes.
 *
 * @throws {TypeError} If the bucket, region, endpoint or key is invalid.
 * @example
 * ```ts
 * const { url, headers } = await signRequest({
 *   method: 'DELETE',
 *   bucket: 'my-uploads',
 *   region: 'eu-west-1',
 *   credentials,
 *   key: 'photos/1.jpg',
 * })
 * const response = await fetch(url, { method: 'DELETE', headers })
 * ```
 */
export async function signRequest(options: SignRequestOptions): Promise<SignedRequest> {
  return signForSending(createSigningContext(options), options)
}

export async function signForSending(
  context: SigningContext,
  options: RequestToSend,
): Promise<SignedRequest> {
  const { method, credentials, payloadHash = UNSIGNED_PAYLOAD } = options
  const { origin, path, headers } = requestTarget(context.url, options)
  const query = canonicalQuery(Object.entries(options.query ?? {}))
  const { region, digest, now, signingKeys } = context
  const signed = await signHeaders({
    ...{ method, credentials, region, digest, now, signingKeys },
    path,
    query,
    headers: { ...headers, 'x-amz-content-sha256': payloadHash },
    payloadHash,
  })
  return { url: `${origin}${path}${query && `?${query}`}`, headers: signed }
}
