/**
 * Reads a request as S3 does: parses the address, decodes the query, joins the headers. The body is
 * not read.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { S3Error } from 'waybill-s3'
import { isAddressedHere } from '../http/addressed-host.ts'

/** A request to S3. */
export interface S3Request {
  /** The value of `x-amz-request-id`. */
  readonly id: string
  readonly method: string
  /** The path as sent: encoded, without the query. */
  readonly rawPath: string
  /** The decoded path. The canonical URI of SigV4 encodes it again. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Names in lower case; repeated headers are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * The headers and, for names that no header has, the query parameters. SDKs put `x-amz-*`
   * headers into the query string of a presigned URL, and S3 reads them there.
   */
  readonly values: Readonly<Record<string, string>>
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly body: Readable
  /** Whether the request came over TLS. */
  readonly secure: boolean
  /** `1.2` or `1.3` over TLS. */
  readonly tlsVersion: string | undefined
  readonly sourceAddress: string
  /** Whether the Host is a name of this server. */
  readonly addressedHere: boolean
  /** Sends `100 Continue` when the client waits for it. */
  readonly sendContinue: () => void
}

/**
 * Refuses a key that is too long.
 *
 * @throws {S3Error} `KeyTooLongError`
 */
export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key)
  if (size <= 1024) return
  throw new S3Error('KeyTooLongError', undefined, { Size: String(size), MaxSizeAllowed: '1024' })
}

/** The names of this server. */
export interface HostNames {
  /** Host names below which the first label is a bucket (virtual-hosted style). */
  readonly domains: readonly string[]
  /** Whether the Host is checked over every address, see `isAddressedHere`. */
  readonly checkHost: boolean
}

/**
 * Reads the address and the headers of a message.
 *
 * @throws {S3Error} `BadRequest`, `InvalidURI`, `KeyTooLongError`, `RequestHeaderSectionTooLarge`
 */
export function readRequest(
  message: IncomingMessage,
  { domains, checkHost }: HostNames,
  { id, sendContinue }: Pick<S3Request, 'id' | 'sendContinue'>,
): S3Request {
  checkHeaderSection(message)
  const target = message.url ?? '/'
  const mark = target.indexOf('?')
  const rawPath = mark < 0 ? target : target.slice(0, mark)
  const headers = joinHeaders(message)
  const path = decode(rawPath)
  const address = addressOf(path, virtualBucket(headers.host ?? '', domains))
  checkKeyLength(address.key ?? '')
  const query = mark < 0 ? [] : parseQuery(target.slice(mark + 1))
  return {
    id,
    method: message.method ?? 'GET',
    rawPath,
    path,
    query,
    headers,
    values: { ...movedToQuery(query), ...headers },
    ...address,
    body: message,
    secure: message.socket instanceof TLSSocket,
    tlsVersion: tlsVersionOf(message.socket),
    sourceAddress: message.socket.remoteAddress ?? '',
    addressedHere: isAddressedHere(message, domains, checkHost),
    sendContinue,
  }
}

/** Makes a request id of 16 characters, as S3 does. */
export function requestId(): string {
  // Node draws UUIDs from a pool; drawing bytes for every request costs 20 times as much.
  return randomUUID().slice(-17).replace('-', '').toUpperCase()
}

/** Returns the first value of a query parameter. Names are case-sensitive. */
export function queryOf(request: S3Request, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1]
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

/** Returns the query parameters that are headers of a presigned URL. */
function movedToQuery(query: S3Request['query']): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of query) {
    const lower = name.toLowerCase()
    if (lower.startsWith('x-amz-') && !PRESIGNING.has(lower)) values[lower] = value
  }
  return values
}

/** Splits a comma-separated header into its items, in lower case. */
export function itemsOf(header: string | undefined): string[] {
  if (header === undefined) return []
  return header
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** Returns the value of the policy key `s3:TlsVersion`. */
function tlsVersionOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  return /^TLSv(\S+)$/.exec(socket.getProtocol() ?? '')?.[1]
}

/** Makes S3's error for a request that is invalid or ambiguous. */
export function brokenRequest(): S3Error {
  return new S3Error('BadRequest', 'An error occurred when parsing the HTTP request.', {}, 400)
}

/** The most bytes of all header names and values. */
const MAX_HEADER_SECTION = 8192

/** @see https://github.com/versity/versitygw/issues/2180 */
function checkHeaderSection({ rawHeaders, headers }: IncomingMessage): void {
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text))
  // The Host is used in addresses that responses contain.
  if (hosts.length > 1 || !/^[\x21-\x7e]*$/.test(headers.host ?? '')) throw brokenRequest()
  const size = rawHeaders.reduce((sum, text) => sum + text.length, 0)
  if (size <= MAX_HEADER_SECTION) return
  throw new S3Error('RequestHeaderSectionTooLarge', undefined, {
    MaxSizeAllowed: String(MAX_HEADER_SECTION),
  })
}

function joinHeaders(message: IncomingMessage): Record<string, string> {
  // No prototype: a client may name a signed header `constructor`.
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined)
      joined[name] = asUtf8(typeof value === 'string' ? value : value.join(', '))
  }
  return joined
}

/** Node decodes header bytes as Latin-1; clients send and sign UTF-8. */
function asUtf8(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value
  const utf8 = Buffer.from(value, 'latin1').toString('utf8')
  return utf8.includes('\uFFFD') ? value : utf8
}

function addressOf(path: string, virtual: string | undefined) {
  if (!path.startsWith('/')) throw new S3Error('InvalidURI', undefined, { URI: path })
  if (virtual !== undefined) return { bucket: virtual, key: path.slice(1) || undefined }
  const slash = path.indexOf('/', 1)
  const bucket = (slash < 0 ? path.slice(1) : path.slice(1, slash)) || undefined
  const key = slash < 0 ? undefined : path.slice(slash + 1) || undefined
  return { bucket, key }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function virtualBucket(host: string, domains: readonly string[]): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const domain = domains.find((each) => name.endsWith(`.${each}`))
  return domain === undefined ? undefined : name.slice(0, -domain.length - 1)
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

/** S3 reads `+` as a space, also in paths; so clients send `%2B`. */
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new S3Error('InvalidURI', undefined, { URI: text })
  }
}
