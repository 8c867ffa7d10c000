/**
 * Signs requests the way a careful client does, and lets a case sign them wrongly in one single respect.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import {
  type Credentials,
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  formatAmzDate,
  signature,
  signingKey,
  stringToSign,
  uriEncodePath,
} from 'waybill-s3'
import { UNSIGNED_PAYLOAD } from 'waybill-s3/internal/sigv4'
import type { RawRequest } from './raw-request.ts'

export interface Signer {
  readonly credentials: Credentials
  readonly region: string
  readonly host: string
}

export interface SignOptions {
  readonly method: string
  /** Decoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent but not signed. */
  readonly unsignedHeaders?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Adds the body's `Content-MD5`, which some documents and locked objects need. */
  readonly md5?: true
  readonly now?: Date
  /** Signed so long before now; negative for a clock that is fast. */
  readonly secondsAgo?: number
  /** @default The SHA-256 of the body; in a URL `UNSIGNED-PAYLOAD` */
  readonly payloadHash?: string
  /** Instead of the signer's own. */
  readonly region?: string
  readonly service?: string
  readonly credentials?: Credentials
  readonly amzDate?: string
  /** Names that are signed, where not all that are given. */
  readonly signedHeaders?: readonly string[]
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

export function bytesOf(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body
}

/** Taken when it is asked for, since tables are made long before their last case runs. */
function signingTime({ now = new Date(), secondsAgo = 0 }: SignOptions): Date {
  return new Date(now.getTime() - secondsAgo * 1000)
}

/** In the `Authorization` header. */
export async function signHeader(signer: Signer, options: SignOptions): Promise<RawRequest> {
  const body = bytesOf(options.body)
  const amzDate = options.amzDate ?? formatAmzDate(signingTime(options))
  const payloadHash = options.payloadHash ?? sha256(body ?? '')
  const credentials = options.credentials ?? signer.credentials
  const headers: Record<string, string> = {
    host: signer.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': amzDate,
    ...(credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {}),
    ...(options.md5 && {
      'content-md5': createHash('md5')
        .update(body ?? '')
        .digest('base64'),
    }),
    ...options.headers,
  }
  const query = canonicalQuery(Object.entries(options.query ?? {}))
  const signed = await sign(signer, options, { headers, query, payloadHash, amzDate, credentials })
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${signed.scope}, ` +
    `SignedHeaders=${signed.names.join(';')}, Signature=${signed.signature}`
  return {
    method: options.method,
    path: uriEncodePath(options.path) + (query && `?${query}`),
    headers: { ...headers, ...options.unsignedHeaders, authorization },
    ...(body ? { body } : {}),
  }
}

export interface PresignOptions extends SignOptions {
  /** @default '300' */
  readonly expires?: string
  readonly algorithm?: string
}

/** In the query string. */
export async function signQuery(signer: Signer, options: PresignOptions): Promise<RawRequest> {
  const body = bytesOf(options.body)
  const amzDate = options.amzDate ?? formatAmzDate(signingTime(options))
  const credentials = options.credentials ?? signer.credentials
  const headers: Record<string, string> = { host: signer.host, ...options.headers }
  const names = options.signedHeaders ?? Object.keys(headers).sort()
  const scope = scopeOf(signer, options, amzDate)
  const query = canonicalQuery(
    Object.entries({
      ...options.query,
      'X-Amz-Algorithm': options.algorithm ?? 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
      'X-Amz-Date': amzDate,
      'X-Amz-Expires': options.expires ?? '300',
      'X-Amz-SignedHeaders': names.join(';'),
      ...(credentials.sessionToken ? { 'X-Amz-Security-Token': credentials.sessionToken } : {}),
    }),
  )
  const payloadHash = options.payloadHash ?? UNSIGNED_PAYLOAD
  const signed = await sign(signer, options, { headers, query, payloadHash, amzDate, credentials })
  return {
    method: options.method,
    path: `${uriEncodePath(options.path)}?${query}&X-Amz-Signature=${signed.signature}`,
    headers: { ...headers, ...options.unsignedHeaders },
    ...(body ? { body } : {}),
  }
}

interface Ready {
  readonly headers: Readonly<Record<string, string>>
  readonly query: string
  readonly payloadHash: string
  readonly amzDate: string
  readonly credentials: Credentials
}

async function sign(signer: Signer, options: SignOptions, ready: Ready) {
  const names = options.signedHeaders ?? Object.keys(ready.headers).sort()
  const scope = scopeOf(signer, options, ready.amzDate)
  const canonical = canonicalRequest({
    method: options.method,
    path: uriEncodePath(options.path),
    query: ready.query,
    headers: Object.fromEntries(names.map((name) => [name, ready.headers[name] ?? ''])),
    payloadHash: ready.payloadHash,
  })
  const key = await signingKey(ready.credentials.secretAccessKey, scope)
  const text = stringToSign(ready.amzDate, scope, sha256(canonical))
  return { names, scope, signature: await signature(key, text) }
}

function scopeOf(signer: Signer, options: SignOptions, amzDate: string): string {
  return credentialScope(amzDate, options.region ?? signer.region, options.service)
}
