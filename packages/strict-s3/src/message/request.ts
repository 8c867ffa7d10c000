/**
 * Requests as plain objects that do not depend on `node:http`.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { LIMITS, MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'

export interface HttpRequest {
  readonly method: string
  /** Path and query as sent, for example `/uploads/a%20b?versionId=3`. */
  readonly target: string
  /** Names are in lower case. The values of a repeated header are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The total size of all header names and values in bytes. */
  readonly headerSize: number
  /** Iterate only once. If the iteration stops early, a response can still be sent. */
  readonly body: AsyncIterable<Uint8Array>
  readonly secure: boolean
  /** `1.2` or `1.3`. `undefined` without TLS. */
  readonly tlsVersion: string | undefined
  readonly sourceAddress: string
  /** Whether the Host header is one of this server's names. */
  readonly addressedHere: boolean
}

export interface S3Request extends Omit<HttpRequest, 'headerSize' | 'target'> {
  readonly id: string
  /** Decoded. SigV4's canonical URI encodes it again. */
  readonly path: string
  /** The bucket and the path as sent, for example `/uploads/a%20b`, also for virtual-hosted style. */
  readonly resource: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /**
   * The headers, plus query parameters that S3 reads like headers, because SDKs move headers to the
   * query string of presigned URLs. A header overrides an `x-amz-*` parameter, but not `if-match` or
   * `if-none-match`, because a signed condition must hold.
   */
  readonly values: Readonly<Record<string, string>>
  readonly bucket: string | undefined
  readonly key: string | undefined
}

/**
 * @param domains - A bucket name can precede these names in the Host header (virtual-hosted style).
 * @throws {S3Error} `BadRequest`, `RequestHeaderSectionTooLarge`, `InvalidURI`, `KeyTooLongError`
 */
export function readRequest(
  { target, headerSize, ...http }: HttpRequest,
  domains: readonly string[],
  id: string,
): S3Request {
  checkHead(http.headers.host, headerSize)
  const mark = target.indexOf('?')
  const sentPath = mark < 0 ? target : target.slice(0, mark)
  const path = decode(sentPath)
  const virtual = virtualBucket(http.headers.host ?? '', domains)
  const address = addressOf(path, virtual)
  checkKeyLength(address.key ?? '')
  const query = mark < 0 ? [] : parseQuery(target.slice(mark + 1))
  return {
    ...http,
    id,
    path,
    resource: virtual === undefined ? sentPath : `/${virtual}${sentPath}`,
    query,
    values: { ...movedToQuery(query), ...http.headers, ...conditionsIn(query) },
    ...address,
  }
}

/** Like S3's, the id has 16 characters. */
export function requestId(): string {
  // Node takes the random bytes of UUIDs from a pool. Reading new ones for each request is far
  // slower.
  return randomUUID().slice(-17).replace('-', '').toUpperCase()
}

/** @throws {S3Error} `AccessDenied` */
export function refuseForeignHost({ addressedHere }: S3Request): void {
  if (addressedHere) return
  throw new S3Error(
    'AccessDenied',
    'The Host is not a name of this server: add it with --domain, the variable DOMAIN or the option domains.',
  )
}

/** Returns the first value. Parameter names are case-sensitive. */
export function queryOf(request: S3Request, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1]
}

/** Changes only ASCII letters, unlike `toLowerCase`, which turns the Kelvin sign into a `k`. */
export function lowerCase(name: string): string {
  if (/^[\0-\x7f]*$/.test(name)) return name.toLowerCase()
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Returns the items of a comma-separated header in lower case. */
export function itemsOf(header: string | undefined): string[] {
  if (header === undefined) return []
  return header
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** @throws {S3Error} `KeyTooLongError` */
export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key)
  if (size <= LIMITS.maxKeySize) return
  throw new S3Error('KeyTooLongError', undefined, {
    Size: String(size),
    MaxSizeAllowed: String(LIMITS.maxKeySize),
  })
}

/** @see https://github.com/versity/versitygw/issues/2180 */
function checkHead(host: string | undefined, headerSize: number): void {
  // Responses contain URLs with the Host header, so it must be valid. This also rejects two Host
  // headers.
  if (!/^[\x21-\x7e]*$/.test(host ?? '')) throw brokenRequest()
  if (headerSize <= MORE_LIMITS.maxHeaderSize) return
  throw new S3Error('RequestHeaderSectionTooLarge', undefined, {
    MaxSizeAllowed: String(MORE_LIMITS.maxHeaderSize),
  })
}

export function brokenRequest(): S3Error {
  return new S3Error('BadRequest', 'An error occurred when parsing the HTTP request.', {}, 400)
}

const PRESIGNING = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
])

function movedToQuery(query: S3Request['query']): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of query) {
    const lower = lowerCase(name)
    if (lower.startsWith('x-amz-') && !PRESIGNING.has(lower)) values[lower] = value
  }
  return values
}

function conditionsIn(query: S3Request['query']): Record<string, string> {
  return Object.fromEntries(
    query
      .map(([name, value]) => [lowerCase(name), value] as const)
      .filter(([name]) => name === 'if-match' || name === 'if-none-match'),
  )
}

function addressOf(path: string, virtual: string | undefined) {
  if (!path.startsWith('/')) throw new S3Error('InvalidURI', undefined, { URI: path })
  if (virtual !== undefined) return { bucket: virtual, key: path.slice(1) || undefined }
  const slash = path.indexOf('/', 1)
  const bucket = (slash < 0 ? path.slice(1) : path.slice(1, slash)) || undefined
  const key = slash < 0 ? undefined : path.slice(slash + 1) || undefined
  return { bucket, key }
}

/**
 * @param domains - The longest first, because one can be a subdomain of another.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function virtualBucket(host: string, domains: readonly string[]): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const domain = domains.find((each) => name === each || name.endsWith(`.${each}`))
  return domain === undefined ? undefined : name.slice(0, -domain.length - 1) || undefined
}

function parseQuery(text: string): (readonly [string, string])[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0
        ? ([decode(pair), ''] as const)
        : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const)
    })
}

/** S3 reads `+` as a space, even in paths, so clients send `%2B` for `+`. */
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new S3Error('InvalidURI', undefined, { URI: text })
  }
}
