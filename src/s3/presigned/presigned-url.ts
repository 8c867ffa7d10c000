/**
 * Requests to S3, signed in the query string (a presigned URL, for somebody else to send) or in the `Authorization`
 * header (for us to send).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-query-string-auth.html
 * @module
 */

import { type BucketLocation, bucketUrl } from '../bucket-url.ts'
import { formatAmzDate } from '../sigv4/amz-date.ts'
import type { Credentials } from '../sigv4/credentials.ts'
import { type Digest, platformDigest } from '../sigv4/digest.ts'
import { type Life, lifeOf } from '../sigv4/expiration.ts'
import { signHeaders } from '../sigv4/sign-headers.ts'
import {
  ALGORITHM,
  canonicalRequest,
  credentialScope,
  signingHmac,
  stringToSign,
  UNSIGNED_PAYLOAD,
} from '../sigv4/sigv4.ts'
import { canonicalQuery, uriEncodePath } from '../sigv4/uri-encode.ts'

export interface SignableRequest extends BucketLocation {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Object key; left out for a request about the bucket itself. */
  readonly key?: string
  /** Query parameters, decoded. */
  readonly query?: Readonly<Record<string, string>>
  /** Headers that are signed; whoever sends the request must send exactly these. `host` is always signed. */
  readonly headers?: Readonly<Record<string, string>>
  readonly credentials: Credentials
  /** @default () => new Date() */
  readonly now?: () => Date
  readonly digest?: Digest
}

export interface PresignUrlOptions extends SignableRequest {
  /** 1 to 604,800 seconds. The end of the credentials shortens it, see `Credentials`. @default 3600 */
  readonly expiresInSeconds?: number
}

export interface PresignedUrl {
  readonly url: string
  /** To be sent with it, as signed (without `host`). */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
}

/**
 * Signs one request in its query string. The payload is not signed (`UNSIGNED-PAYLOAD`), its length can be: a
 * `content-length` among the headers is enforced by S3.
 *
 * @throws {RangeError} When `expiresInSeconds` is out of range or the credentials have expired.
 * @throws {TypeError} When bucket, region, endpoint or key cannot be one.
 */
export async function presignUrl(options: PresignUrlOptions): Promise<PresignedUrl> {
  const { credentials, expiresInSeconds = 3600, digest = platformDigest() } = options
  const now = options.now ? options.now() : new Date()
  const life = lifeOf(now, expiresInSeconds, credentials)
  const target = requestTarget(options)
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, options.region)
  const query = canonicalQuery(
    Object.entries({
      ...options.query,
      ...presignQuery(credentials, target.headers, amzDate, scope, life),
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
  const signature = await (await signingHmac(credentials, scope, digest)).hex(text)
  const { host, ...headers } = target.headers
  return {
    url: `${target.origin}${target.path}?${query}&X-Amz-Signature=${signature}`,
    headers,
    expiration: life.expiration,
  }
}

/** The `X-Amz-…` parameters that make a URL a presigned one, all but the signature. */
export function presignQuery(
  credentials: Credentials,
  headers: Readonly<Record<string, string>>,
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
    'X-Amz-SignedHeaders': Object.keys(headers).sort().join(';'),
  }
}

export interface RequestTarget {
  readonly origin: string
  /** URI-encoded. */
  readonly path: string
  /** Lower-case names, `host` included. */
  readonly headers: Readonly<Record<string, string>>
}

/** Where a request goes and which headers it signs. */
export function requestTarget(options: SignableRequest): RequestTarget {
  const { origin, host, basePath } = bucketUrl(options)
  // Its URL is the bucket's, where PUT and DELETE mean something else.
  if (options.key === '') throw new TypeError('key is empty, expected 1 to 1024 bytes')
  const path =
    options.key === undefined ? basePath || '/' : `${basePath}/${uriEncodePath(options.key)}`
  const given = Object.entries(options.headers ?? {})
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]))
  headers.host = host
  return { origin, path, headers }
}

export interface SignRequestOptions extends SignableRequest {
  /** Hex SHA-256 of the body. @default `UNSIGNED-PAYLOAD`, which S3 takes over HTTPS and the local S3 takes */
  readonly payloadHash?: string
}

export interface SignedRequest {
  readonly url: string
  /** All headers to send, `authorization` among them, `host` not. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Signs one request in its `Authorization` header, for sending at once (S3 allows 15 minutes of clock skew).
 *
 * @throws {TypeError} When bucket, region, endpoint or key cannot be one.
 */
export async function signRequest(options: SignRequestOptions): Promise<SignedRequest> {
  const { payloadHash = UNSIGNED_PAYLOAD } = options
  const { origin, path, headers } = requestTarget(options)
  const query = canonicalQuery(Object.entries(options.query ?? {}))
  const signed = await signHeaders({
    ...options,
    path,
    query,
    headers: { ...headers, 'x-amz-content-sha256': payloadHash },
    payloadHash,
  })
  return { url: `${origin}${path}${query && `?${query}`}`, headers: signed }
}
